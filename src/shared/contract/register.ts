import { z } from 'zod';
import { command, query } from './define.ts';
import {
  amountCodec,
  asset,
  assetUuid,
  done,
  fileContent,
  holder,
  hex32,
  id,
  importRow,
  importSummary,
  nothing,
  page,
  pageOf,
  sortBy,
  textFile,
  timestamp,
  txid,
} from './common.ts';

const holderId = z.number().int().positive();
const categoryId = z.number().int().positive();
const gaid = z
  .string()
  .trim()
  .regex(/^GA[1-9A-HJ-NP-Za-km-z]{20,40}$/, 'a GAID begins with GA followed by base58 characters');
const holderName = z.string().trim().min(1).max(255);

export const holderFilter = {
  /** Text looked for in name, GAID and number. */
  search: z.string().max(200).optional(),
  category: categoryId.optional(),
  gaid: z.enum(['with', 'without']).optional(),
  isCompany: z.boolean().optional(),
};

export const category = z.object({
  id: categoryId,
  name: z.string(),
  description: z.string(),
  holders: z.number().int(),
  assets: z.array(assetUuid),
});

/** What may be asked of an import, whatever it imports. */
const importRowsArgs = z.strictObject({
  id,
  status: z.enum(['good', 'wrong', 'duplicate']).optional(),
  ...page,
});

export const registerContract = {
  'holders.list': query(
    'Holders (AMP’s registered users), searched, filtered and sorted by the desk’s own copy.',
    z.strictObject({
      ...holderFilter,
      sort: sortBy(['name', 'id', 'gaid', 'isCompany']),
      ...page,
    }),
    pageOf(holder),
  ),
  'holders.get': query(
    'One holder with every GAID and what AMP says of its balances.',
    z.strictObject({ id: holderId }),
    holder.extend({
      gaids: z.array(z.string()),
      balances: z.array(
        z.object({
          assetUuid,
          assetId: hex32,
          balance: amountCodec,
          assigned: amountCodec,
          distributed: amountCodec,
        }),
      ),
    }),
  ),
  'holders.add': command(
    'Register a holder at AMP.',
    z.strictObject({ name: holderName, isCompany: z.boolean(), gaid: gaid.optional() }),
    holder,
  ),
  'holders.edit': command('Rename a holder.', z.strictObject({ id: holderId, name: holderName }), holder),
  'holders.remove': command(
    'Remove a holder from AMP. `confirm` must be the holder’s name.',
    z.strictObject({ id: holderId, confirm: z.string() }),
    done,
  ),
  'holders.validateGaid': query(
    'Ask AMP whether a GAID exists.',
    z.strictObject({ gaid: z.string().trim().min(1).max(64) }),
    z.object({ valid: z.boolean(), reason: z.string().nullable() }),
  ),
  'holders.addGaid': command('Give a holder another GAID.', z.strictObject({ id: holderId, gaid }), done),
  'holders.setDefaultGaid': command(
    'Choose the GAID at which a holder receives.',
    z.strictObject({ id: holderId, gaid }),
    done,
  ),
  'holders.importTemplate': query('An empty CSV with the right columns.', nothing, textFile),
  'holders.importPreview': command(
    'Read a CSV of holders and check every row. Nothing is sent to AMP.',
    z.strictObject({ fileName: z.string(), content: fileContent }),
    importSummary,
  ),
  'holders.importCommit': command(
    'Register every row of a checked import at AMP. Refused while a row is wrong; carries on where it was interrupted.',
    z.strictObject({ id }),
    z.object({ added: z.number().int(), alreadyThere: z.number().int() }),
  ),
  'holders.export': query(
    'Holders as CSV, with the same filters as the list.',
    z.strictObject({ ...holderFilter }),
    textFile,
  ),
  'imports.get': query('An import and its counts.', z.strictObject({ id }), importSummary),
  'imports.rows': query('Rows of an import, wrong ones first.', importRowsArgs, pageOf(importRow)),
  'imports.fixRow': command(
    'Correct one row of an import; it is checked again.',
    z.strictObject({ id, line: z.number().int(), cells: z.record(z.string(), z.string()) }),
    z.object({ row: importRow, summary: importSummary }),
  ),
  'imports.dropRow': command(
    'Leave one row out of an import.',
    z.strictObject({ id, line: z.number().int() }),
    importSummary,
  ),
  'imports.annotated': query(
    'The import as CSV with a column that says what is wrong with each row.',
    z.strictObject({ id }),
    textFile,
  ),
  'imports.discard': command('Throw an import away.', z.strictObject({ id }), done),

  'categories.list': query('All categories.', nothing, z.object({ categories: z.array(category) })),
  'categories.add': command(
    'Make a category at AMP.',
    z.strictObject({ name: holderName, description: z.string().max(1023).optional() }),
    category,
  ),
  'categories.edit': command(
    'Change name or description of a category.',
    z.strictObject({ id: categoryId, name: holderName, description: z.string().max(1023) }),
    category,
  ),
  'categories.remove': command(
    'Delete a category at AMP. `confirm` must be its name.',
    z.strictObject({ id: categoryId, confirm: z.string() }),
    done,
  ),
  'categories.setMembers': command(
    'Add holders to a category, remove them from it, or both.',
    z.strictObject({
      id: categoryId,
      add: z.array(holderId).max(1000),
      remove: z.array(holderId).max(1000),
    }),
    category,
  ),

  'assets.list': query('All assets of the issuer.', nothing, z.object({ assets: z.array(asset) })),
  'assets.get': query(
    'One asset with AMP’s summary.',
    z.strictObject({ assetUuid }),
    asset.extend({
      summary: z.object({
        issued: amountCodec,
        reissued: amountCodec,
        assigned: amountCodec,
        distributed: amountCodec,
        burned: amountCodec,
        locked: amountCodec,
        registeredUsers: z.number().int(),
        activeRegisteredUsers: z.number().int(),
        reissuanceTokens: amountCodec,
      }),
      treasuryAddresses: z.array(z.string()),
      lostOutputs: z.array(z.object({ txid, vout: z.number().int() })),
    }),
  ),
  'assets.ownerships': query(
    'Who holds how much of an asset, by AMP’s books, now or at a block height.',
    z.strictObject({ assetUuid, height: z.number().int().min(0).optional() }),
    z.object({
      rows: z.array(
        z.object({
          holderId: z.number().int().nullable(),
          holderName: z.string().nullable(),
          gaid: z.string().nullable(),
          amount: amountCodec,
        }),
      ),
    }),
  ),
  'assets.activities': query(
    'What AMP recorded for an asset, newest first.',
    z.strictObject({ assetUuid, ...page }),
    z.object({
      rows: z.array(
        z.object({
          type: z.string(),
          at: timestamp.nullable(),
          description: z.string(),
          txid: txid.nullable(),
          vout: z.number().int().nullable(),
          height: z.number().int().nullable(),
          holderId: z.number().int().nullable(),
          gaid: z.string().nullable(),
          amount: amountCodec,
        }),
      ),
    }),
  ),
  'assets.setLocked': command(
    'Lock every transfer of an asset, or unlock. `confirm` must be its ticker (or name where it has none).',
    z.strictObject({ assetUuid, locked: z.boolean(), confirm: z.string() }),
    asset,
  ),
  'assets.authorize': command(
    'Register the asset with Green as authorized. Cannot be undone. `confirm` must be its ticker (or name).',
    z.strictObject({ assetUuid, confirm: z.string() }),
    asset,
  ),
  'assets.setRequirement': command(
    'Make a category a requirement of the asset, or no longer.',
    z.strictObject({ assetUuid, category: categoryId, required: z.boolean() }),
    asset,
  ),
};
