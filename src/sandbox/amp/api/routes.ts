import type { Route } from '../http/router.ts';
import { assetRoutes } from './assets.ts';
import { assignmentRoutes } from './assignments.ts';
import { burnRoutes } from './burn.ts';
import { categoryRoutes } from './categories.ts';
import { distributionRoutes } from './distributions.ts';
import { gaidRoutes } from './gaids.ts';
import { historyRoutes } from './history.ts';
import { holdingRoutes } from './holdings.ts';
import { issueRoutes } from './issue.ts';
import { managerRoutes } from './managers.ts';
import { reissueRoutes } from './reissue.ts';
import { sessionRoutes } from './session.ts';
import { userSummaryRoutes } from './user-summary.ts';
import { userRoutes } from './users.ts';

/** In order of precedence: words before placeholders. */
export const ROUTES: readonly Route[] = [
  ...sessionRoutes,
  ...userRoutes,
  ...userSummaryRoutes,
  ...categoryRoutes,
  ...gaidRoutes,
  ...managerRoutes,
  ...issueRoutes,
  ...holdingRoutes,
  ...historyRoutes,
  ...reissueRoutes,
  ...burnRoutes,
  ...assignmentRoutes,
  ...distributionRoutes,
  ...assetRoutes,
];
