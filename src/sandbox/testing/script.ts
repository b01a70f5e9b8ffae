import { AmpUser } from './clients.ts';
import type { Control, HttpAnswer, Wallet } from './clients.ts';
import type { SandboxAccess } from '../index.ts';

/**
 * A re-enactment of what issuers run by hand today: the confirming script that AMP gives out, call by call as its
 * documentation and public copies describe it, with the wallet's own `sendmany`, `reissueasset` and `destroyamount`.
 * Only its sleeping is replaced by mining. It shows that the old way works on the sandbox.
 */
export interface ScriptFile {
  command: string;
  min_supported_client_script_version: number;
  base_url: string;
  asset_uuid: string;
  asset_id: string;
  distribution_uuid?: string;
  map_address_amount?: Record<string, number>;
  map_address_asset?: Record<string, string>;
  amount?: number;
  reissuance_utxos?: { txid: string; vout: number }[];
  utxos?: { txid: string; vout: number }[];
}

interface Coin {
  txid: string;
  vout: number;
  asset: string;
}

export class ConfirmScript {
  private readonly wallet: Wallet;
  private readonly amp: AmpUser;
  private readonly control: Control;

  private constructor(wallet: Wallet, amp: AmpUser, control: Control) {
    this.wallet = wallet;
    this.amp = amp;
    this.control = control;
  }

  /** The checks that every command begins with; throws where the script would exit. */
  static async start(
    access: SandboxAccess,
    wallet: Wallet,
    control: Control,
    file: ScriptFile,
    command: string,
  ): Promise<ConfirmScript> {
    const network = await wallet.call<{ subversion: string; version: number }>('getnetworkinfo');
    if (!network.subversion.includes('Elements Core') || network.version < 170001)
      throw new Error('node too old');
    const chain = await wallet.call<{ verificationprogress: number }>('getblockchaininfo');
    if (chain.verificationprogress < 0.999) throw new Error('node not synced');
    const probe = await wallet.raw('signmessage', 'invalidaddress', 'message');
    if ((probe.json as { error: { code: number } }).error.code === -13) throw new Error('wallet locked');
    if (file.min_supported_client_script_version < 2) throw new Error('file too old');
    if (file.command !== command) throw new Error('file is for another command');
    if (file.base_url !== `${access.amp.url}/{}`) throw new Error('file is for another server');
    const amp = await AmpUser.login(access);
    const balance = await amp.must<{ lost_outputs: unknown[] }>('GET', `/assets/${file.asset_uuid}/balance`);
    if (balance.lost_outputs.length > 0) throw new Error('There are lost outputs.');
    return new ConfirmScript(wallet, amp, control);
  }

  /** Sends what the file asks for unless `existing` is a transaction that did; returns the confirm call's answer. */
  async distribute(file: ScriptFile, existing?: string): Promise<{ txid: string; answer: HttpAnswer }> {
    const { asset_uuid: uuid, distribution_uuid: distribution } = file;
    if (existing === undefined) {
      const assignments = await this.amp.must<{ distribution_uuid: string; is_distributed: boolean }[]>(
        'GET',
        `/assets/${uuid}/assignments`,
      );
      const mine = assignments.filter((one) => one.distribution_uuid === distribution);
      if (mine.length === 0 || mine.some((one) => one.is_distributed)) throw new Error('already distributed');
    }
    const txid =
      existing ??
      (await this.wallet.call<string>(
        'sendmany',
        '',
        file.map_address_amount,
        0,
        '',
        [],
        false,
        1,
        'UNSET',
        file.map_address_asset,
      ));
    if (existing === undefined) await this.wait(txid);
    const { details } = await this.wallet.call<{ details: unknown[] }>('gettransaction', txid);
    const answer = await this.amp.call('POST', `/assets/${uuid}/distributions/${distribution}/confirm`, {
      tx_data: { details, txid },
      change_data: await this.change(file.asset_id, txid),
    });
    return { txid, answer };
  }

  async reissue(file: ScriptFile): Promise<{ txid: string; answer: HttpAnswer }> {
    const unspent = await this.wallet.call<Coin[]>('listunspent');
    const missing = (file.reissuance_utxos ?? []).filter(
      (wanted) => !unspent.some((one) => same(one, wanted)),
    );
    if (missing.length > 0) throw new Error('reissuance token is not in the wallet');
    const output = await this.wallet.call<{ txid: string; vin: number }>(
      'reissueasset',
      file.asset_id,
      file.amount,
    );
    await this.wait(output.txid);
    const { details } = await this.wallet.call<{ details: unknown[] }>('gettransaction', output.txid);
    const issuances = await this.wallet.call<{ txid: string }[]>('listissuances');
    const answer = await this.amp.call('POST', `/assets/${file.asset_uuid}/reissue-confirm`, {
      details,
      reissuance_output: { txid: output.txid, vin: output.vin },
      listissuances: issuances.filter((one) => one.txid === output.txid),
    });
    return { txid: output.txid, answer };
  }

  async burn(file: ScriptFile): Promise<{ txid: string; answer: HttpAnswer }> {
    const unspent = await this.wallet.call<Coin[]>('listunspent');
    if (!(file.utxos ?? []).every((wanted) => unspent.some((one) => same(one, wanted)))) {
      throw new Error('not all outputs are in the wallet');
    }
    const balance = await this.wallet.call<Record<string, number>>('getbalance', '*', 0, false);
    if ((balance[file.asset_id] ?? 0) < (file.amount ?? 0)) throw new Error('balance too small');
    const txid = await this.wallet.call<string>('destroyamount', file.asset_id, file.amount);
    await this.wait(txid);
    const answer = await this.amp.call('POST', `/assets/${file.asset_uuid}/burn-confirm`, {
      tx_data: { txid },
      change_data: await this.change(file.asset_id, txid),
    });
    return { txid, answer };
  }

  private async change(assetId: string, txid: string): Promise<Coin[]> {
    const unspent = await this.wallet.call<Coin[]>('listunspent');
    return unspent.filter((one) => one.asset === assetId && one.txid === txid);
  }

  private async wait(txid: string): Promise<void> {
    for (;;) {
      const { confirmations } = await this.wallet.call<{ confirmations: number }>('gettransaction', txid);
      if (confirmations >= 2) return;
      await this.control.mine(1);
    }
  }
}

function same(a: { txid: string; vout: number }, b: { txid: string; vout: number }): boolean {
  return a.txid === b.txid && a.vout === b.vout;
}
