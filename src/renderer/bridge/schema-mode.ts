/**
 * zod compiles schemas with `new Function` where it may. The page's content security policy forbids that, and the probe
 * alone is reported as a violation, so it is switched off before any schema is made: import this module first.
 */
import { z } from 'zod';

z.config({ jitless: true });
