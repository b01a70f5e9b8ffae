import type { Emit } from '../../shared/contract/events.ts';
import type { AmpPort } from '../amp/types.ts';
import {
  malformed,
  type ColumnSpec,
  type ImportKind,
  type RowCells,
  type RowProblem,
} from '../imports/index.ts';
import type { Store } from '../store/types.ts';
import { askAboutGaids } from './gaid-check.ts';
import { createMirror, type Mirror } from './mirror.ts';
import { GAID_SHAPE, nameKey } from './names.ts';

/** Columns of a file of holders, in the order of the template. */
export const HOLDER_COLUMNS: readonly ColumnSpec[] = [
  { name: 'id', aliases: ['number', 'no', 'holder id', 'user id', 'registered user', 'registered user id'] },
  { name: 'name', aliases: ['holder', 'holder name', 'full name', 'investor', 'investor name'] },
  { name: 'gaid', aliases: ['green id', 'green account id', 'account id', 'amp id', 'ampid'] },
  { name: 'company', aliases: ['is company', 'iscompany', 'legal entity', 'organisation', 'organization'] },
  { name: 'categories', aliases: ['category', 'groups'] },
];

const YES = new Set(['yes', 'y', 'true', '1', 'x', 'ja', 'oui', 'si', 'sí']);
const NO = new Set(['', 'no', 'n', 'false', '0', 'nein', 'non']);

/** What a checked row of holders asks for. `existing` is the holder it means when AMP has it already. */
export interface HolderRowData {
  name: string;
  gaid: string | null;
  company: boolean;
  categories: number[];
  existing: number | null;
  /** The existing holder lacks this GAID. */
  addGaid: boolean;
  /** Namesakes known when AMP was asked to register the row; set with the intent. */
  before?: number[];
  /** Set once AMP has the holder. */
  outcome?: 'added' | 'existing';
}

const HELP = 'Columns are id, name, gaid, company (yes or no) and categories (parted by vertical bars).';

/** Files of holders: how their columns are called and what makes a row right. */
export function holdersImport(deps: {
  store: Store;
  amp: AmpPort;
  emit: Emit;
  clock: () => number;
}): ImportKind {
  const mirror = createMirror(deps.store);
  return {
    kind: 'holders',
    duplicateWords: 'The same holder',
    columns: HOLDER_COLUMNS,
    version: () => mirror.state.version(),
    requireColumns(present) {
      if (!present.has('name')) {
        throw malformed(
          'The file has no column for the holders’ names.',
          `Call one of the columns “name”. ${HELP}`,
        );
      }
    },
    survey: () => '{}',
    async begin(_context, rows) {
      const gaids = rows.map((row) => row['gaid'] ?? '').filter((gaid) => GAID_SHAPE.test(gaid));
      const unknown = gaids.filter((gaid) => mirror.holderOfGaid(gaid) === null);
      const verdicts = await askAboutGaids(deps, unknown, (done, total) => {
        deps.emit('sync.progress', { task: 'Asking AMP about GAIDs', done, total });
      });
      const categories = categoryIds(mirror);
      return (cells) => judge(cells, mirror, categories, verdicts);
    },
  };
}

function categoryIds(mirror: Mirror): Map<string, number[]> {
  const ids = new Map<string, number[]>();
  for (const category of mirror.categories()) {
    const key = nameKey(category.name);
    ids.set(key, [...(ids.get(key) ?? []), category.id]);
  }
  return ids;
}

function judge(
  cells: RowCells,
  mirror: Mirror,
  categories: ReadonlyMap<string, readonly number[]>,
  verdicts: ReadonlyMap<string, { valid: boolean; reason: string | null }>,
): ReturnType<Awaited<ReturnType<ImportKind['begin']>>> {
  const problems: RowProblem[] = [];
  const wrong = (column: string, message: string) => problems.push({ column, message });
  const name = cells['name'] ?? '';
  const gaid = cells['gaid'] || null;
  const number = cells['id'] ?? '';

  if (name === '') wrong('name', 'The name is missing.');
  else if (name.length > 255) wrong('name', `The name has ${name.length} characters; AMP takes at most 255.`);

  const company = readYesNo(cells['company'] ?? '');
  if (company === null) wrong('company', `“${cells['company']}” is neither yes nor no.`);

  if (gaid !== null && !GAID_SHAPE.test(gaid)) {
    wrong('gaid', `“${gaid}” is no GAID: one begins with GA followed by 20 to 40 letters and digits.`);
  } else if (gaid !== null && verdicts.get(gaid)?.valid === false) {
    const reason = verdicts.get(gaid)?.reason;
    wrong('gaid', `AMP does not accept this GAID${reason ? `: ${reason}` : '.'}`);
  }

  const wanted: number[] = [];
  for (const text of (cells['categories'] ?? '').split('|')) {
    const category = text.trim();
    if (category === '') continue;
    const found = categories.get(nameKey(category)) ?? [];
    const [first] = found;
    if (first === undefined) {
      wrong('categories', `There is no category “${category}”. Make it first, or correct the name.`);
    } else if (found.length > 1) {
      wrong(
        'categories',
        `There are ${found.length} categories called “${category}”. Rename one of them first.`,
      );
    } else if (!wanted.includes(first)) {
      wanted.push(first);
    }
  }

  const meant = whoIsMeant({ name, gaid, number, company: cells['company'] ? company : null }, mirror, wrong);
  const again = problems.length === 0 && meant.again !== null;
  if (meant.again !== null) problems.push({ column: 'name', message: meant.again });
  const data: HolderRowData = {
    name,
    gaid,
    company: company ?? false,
    categories: wanted,
    existing: meant.existing,
    addGaid: meant.addGaid,
  };
  return {
    status: again ? 'duplicate' : problems.length > 0 ? 'wrong' : 'good',
    problems,
    key: keyOf(gaid, number, name),
    holderId: meant.existing,
    amount: null,
    note: '',
    data: JSON.stringify(data),
  };
}

function keyOf(gaid: string | null, number: string, name: string): string | null {
  if (gaid !== null) return `gaid ${gaid}`;
  if (number !== '') return `id ${number}`;
  return name === '' ? null : `name ${nameKey(name)}`;
}

function readYesNo(text: string): boolean | null {
  const folded = text.toLowerCase();
  if (YES.has(folded)) return true;
  return NO.has(folded) ? false : null;
}

interface Meant {
  existing: number | null;
  addGaid: boolean;
  /** Why this looks like a holder that AMP has already, without being sure. */
  again: string | null;
}

const NOBODY: Meant = { existing: null, addGaid: false, again: null };

/** Finds the holder at AMP that a row means, if any. Who is meant is never guessed from a name alone. */
function whoIsMeant(
  row: { name: string; gaid: string | null; number: string; company: boolean | null },
  mirror: Mirror,
  wrong: (column: string, message: string) => void,
): Meant {
  const owner = row.gaid === null ? null : mirror.holderOfGaid(row.gaid);
  if (row.number !== '') {
    const holder = /^\d{1,15}$/.test(row.number) ? mirror.holder(Number(row.number)) : null;
    if (holder === null) {
      wrong('id', `There is no holder number ${row.number}. Leave the cell empty for a new holder.`);
      return NOBODY;
    }
    if (nameKey(holder.name) !== nameKey(row.name)) {
      wrong('name', `Holder number ${holder.id} is called “${holder.name}”.`);
    }
    if (owner !== null && owner !== holder.id) {
      wrong('gaid', `This GAID belongs to “${mirror.holder(owner)?.name ?? ''}” (number ${owner}).`);
    } else if (owner === null && row.gaid !== null && holder.gaid !== null) {
      wrong('gaid', `“${holder.name}” receives at another GAID. Add this one on the holder’s page.`);
    }
    checkCompany(holder.isCompany, row.company, wrong);
    return { existing: holder.id, addGaid: row.gaid !== null && owner === null, again: null };
  }
  if (owner !== null) {
    const holder = mirror.holder(owner);
    if (holder && nameKey(holder.name) !== nameKey(row.name)) {
      wrong('gaid', `This GAID belongs to “${holder.name}” (number ${owner}).`);
    }
    if (holder) checkCompany(holder.isCompany, row.company, wrong);
    return { existing: owner, addGaid: false, again: null };
  }
  const same = row.name === '' ? [] : mirror.namesakes(row.name);
  const open = row.gaid === null ? same[0] : same.find((holder) => holder.gaid === null);
  if (open === undefined) return NOBODY;
  return {
    ...NOBODY,
    again:
      row.gaid === null
        ? `A holder “${open.name}” is registered already (number ${open.id}). If it is the same, leave the row out; if not, give its GAID.`
        : `A holder “${open.name}” is registered already, without a GAID (number ${open.id}). If it is the same, write ${open.id} into the column id.`,
  };
}

function checkCompany(
  registered: boolean,
  stated: boolean | null,
  wrong: (column: string, message: string) => void,
): void {
  if (stated === null || stated === registered) return;
  wrong('company', `AMP has this holder as a ${registered ? 'company' : 'person'}, which cannot be changed.`);
}
