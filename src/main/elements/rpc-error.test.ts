import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../shared/errors.ts';
import { explainRpcError, RpcError, rpcErrorOf } from './rpc-error.ts';

interface RecordedError {
  recording: string;
  method: string;
  error: { code: number; message: string };
}

const recorded = JSON.parse(
  readFileSync(new URL('../../../test/recordings/elements-client/errors.json', import.meta.url), 'utf8'),
) as RecordedError[];

/** Every distinct error of a real node (23.3.3), and what it is for the desk. */
const MEANING: Record<string, ErrorCode> = {
  A05_getwalletinfo_no_wallet: 'WALLET_NOT_LOADED',
  A10_createwallet_exists: 'CONFLICT',
  A18_loadwallet_already: 'CONFLICT',
  A19_loadwallet_notexist: 'WALLET_NOT_LOADED',
  A20_getwalletinfo_ambiguous: 'WALLET_NOT_LOADED',
  A24_getnewaddress_bech32m_issuer: 'WALLET_UNSUITABLE',
  A27_listdescriptors_issuer: 'WALLET_UNSUITABLE',
  B20_issueasset_zero: 'INVALID_ARGUMENT',
  B21_issueasset_neg: 'INVALID_ARGUMENT',
  B22_issueasset_9dec: 'INVALID_ARGUMENT',
  B26_issueasset_22M_blind: 'INSUFFICIENT_ASSET',
  B27_issueasset_badcontract: 'INVALID_ARGUMENT',
  B32_getmempoolentry_22M: 'NOT_FOUND',
  B34_sendraw_22M: 'TRANSACTION_REFUSED',
  C10_sendmany_conf_082_issuer: 'TRANSACTION_TOO_LARGE',
  C27_sendmany_fee_rate_with_conf_target: 'INVALID_ARGUMENT',
  C28_sendmany_fee_rate_null_target: 'INVALID_ARGUMENT',
  C30_sendmany_feerate_below_min2: 'TRANSACTION_REFUSED',
  C31_sendmany_subtractfee_asset: 'INVALID_ARGUMENT',
  C32_sendmany_dummy_nonempty: 'INVALID_ARGUMENT',
  C33_sendmany_assets_as_strings_list: 'INVALID_ARGUMENT',
  C34_sendmany_estimate_mode_bad: 'INVALID_ARGUMENT',
  C35_sendmany_empty: 'INVALID_ARGUMENT',
  C37_migratewallet: 'NODE_REFUSED',
  D10_reissue_zero: 'INVALID_ARGUMENT',
  D11_reissue_token: 'WALLET_UNSUITABLE',
  D12_reissue_unknown: 'WALLET_UNSUITABLE',
  D16_destroy_zero: 'INVALID_ARGUMENT',
  D17_destroy_unknown: 'INVALID_ARGUMENT',
  D22_reissue_without_token: 'WALLET_UNSUITABLE',
  E09_getdescriptorinfo_ct: 'INVALID_ARGUMENT',
  E09_getdescriptorinfo_elwpkh: 'INVALID_ARGUMENT',
  E108_sendraw: 'SIGNING_FAILED',
  E152_rawsign_wpkh_noamount: 'INVALID_ARGUMENT',
  E160_pset_size_082: 'TRANSACTION_TOO_LARGE',
  E171_createpsbt_issue_True_blind: 'PROOF_INVALID',
  E23_sendmany_from_watchonly: 'WALLET_UNSUITABLE',
  E24_issueasset_from_watchonly: 'SIGNING_FAILED',
  E57_B_sign_mismatched_mbk: 'PROOF_INVALID',
  E58_B_importblindingkey_mismatch: 'NOT_FOUND',
  E58_B_importblindingkey_unconf: 'NOT_FOUND',
  E70_send_hot: 'PSET_INVALID',
  F02_locked_destroyamount: 'WALLET_LOCKED',
  F02_passphrase_negative: 'INVALID_ARGUMENT',
  F02_passphrase_unencrypted: 'NODE_REFUSED',
  F02_passphrase_wrong: 'NODE_REFUSED',
  F03_insufficient_asset: 'INSUFFICIENT_ASSET',
  F04_bad_asset: 'INVALID_ARGUMENT',
  F04_dup_conf_and_unconf: 'INVALID_ARGUMENT',
  F04_dup_json_key: 'INVALID_ARGUMENT',
  F04_invalid_address: 'INVALID_ARGUMENT',
  F04_mainnet_address: 'INVALID_ARGUMENT',
  F05_amount_bool: 'INVALID_ARGUMENT',
  F06_urlencoded: 'WALLET_NOT_LOADED',
  F07_get_request: 'NODE_REFUSED',
  F07_too_many_params: 'INVALID_ARGUMENT',
  F08_sendraw_in_chain_unspent: 'CONFLICT',
  F09_send_badhex: 'TRANSACTION_REFUSED',
  F09_send_conflict_after_conf: 'INPUTS_SPENT',
  F09_send_conflict_t2: 'INPUTS_SPENT',
  F09_send_unsigned: 'PSET_INVALID',
  F10_fee_too_low: 'TRANSACTION_REFUSED',
  F11_lock_again: 'CONFLICT',
  F11_lock_bad_vout: 'INPUTS_SPENT',
  F11_lock_unknown: 'INPUTS_SPENT',
  F11_unlock_again: 'CONFLICT',
  F12_getrawtransaction_unknown: 'NOT_FOUND',
  F12_gettransaction_otherwallet: 'NOT_FOUND',
  G01_chain1_25_sendraw: 'TRANSACTION_REFUSED',
  G08_unconf100_10_sendraw: 'TRANSACTION_REFUSED',
  G09_abandon_in_mempool: 'NOT_FOUND',
  G10_rejectlongchains_1: 'TRANSACTION_REFUSED',
  K01_sendmany_conf_0_lbtc: 'INVALID_ARGUMENT',
  M04_psbt_same_address_same_asset: 'INVALID_ARGUMENT',
  M05_psbt_asset_label: 'INVALID_ARGUMENT',
};

describe('what a node says, in words', () => {
  it('has a meaning for every recorded error and no other', () => {
    expect(recorded.map((one) => one.recording).toSorted()).toEqual(Object.keys(MEANING).toSorted());
  });

  it.each(recorded)('$recording', ({ recording, method, error }) => {
    const explained = explainRpcError(new RpcError(method, error.code, error.message));
    expect(explained.code).toBe(MEANING[recording]);
    expect(explained.message).not.toContain('$');
    expect(explained.message).not.toContain('\n');
    expect(explained.message.length).toBeLessThan(330);
    expect(explained.next.length).toBeGreaterThan(10);
    expect(rpcErrorOf(explained)?.rpcCode).toBe(error.code);
  });

  it('understands the texts of newer nodes and other reasons of the mempool', () => {
    const by = (code: number, message: string, method = 'x') =>
      explainRpcError(new RpcError(method, code, message)).code;
    expect(by(-28, 'Verifying blocks…')).toBe('NODE_WARMING_UP');
    expect(by(-10, 'Elements is downloading blocks')).toBe('NODE_NOT_SYNCED');
    expect(by(-35, 'Wallet "x" is already loaded.')).toBe('CONFLICT');
    expect(by(-4, 'The preselected coins total amount does not cover the transaction target.')).toBe(
      'INSUFFICIENT_ASSET',
    );
    expect(by(-4, 'Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)')).toBe(
      'TRANSACTION_REFUSED',
    );
    expect(by(-22, 'TX decode failed CDataStream::read(): end of data', 'finalizepsbt')).toBe('PSET_INVALID');
    expect(by(-25, 'Proof of blinded value is invalid')).toBe('PROOF_INVALID');
    expect(by(-8, 'Block height out of range')).toBe('NOT_FOUND');
    expect(by(-12345, 'something new')).toBe('NODE_REFUSED');
    expect(by(-26, 'tx-size')).toBe('TRANSACTION_TOO_LARGE');
    expect(by(-26, 'missing-inputs')).toBe('INPUTS_SPENT');
    expect(by(-26, 'bad-txns-in-ne-out')).toBe('PROOF_INVALID');
    expect(by(-26, 'min relay fee not met')).toBe('TRANSACTION_REFUSED');
  });

  it('never repeats key material, not even in the cause', () => {
    const key = '11f0d45d39c46aa19305bdf99391c6818113e973e47ceb10579688ebadfff892';
    for (const method of ['getdescriptorinfo', 'importdescriptors', 'importmasterblindingkey']) {
      const error = explainRpcError(
        new RpcError(method, -5, `'ct(slip77(${key}),elwpkh(tprv8abc/0/*))' is no address`),
      );
      const everything = `${error.message} ${error.next} ${String(error.cause)} ${JSON.stringify(error.cause)}`;
      expect(everything).not.toContain(key);
      expect(everything).not.toContain('tprv8abc');
    }
  });

  it('keeps a text that holds replacement patterns as it is', () => {
    expect(explainRpcError(new RpcError('x', -26, 'odd $& reason')).message).toContain('odd $& reason');
  });
});
