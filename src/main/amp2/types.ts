export interface Amp2Endpoint {
  /** Origin, with or without a slash at the end. */
  url: string;
  api: 'direct' | 'proxy';
}

/** Milliseconds. */
export interface Amp2Deadlines {
  /** 30,000 unless said, for each try. */
  register?: number;
  cosign?: number;
  /** 10,000 unless said. */
  ping?: number;
}

/**
 * The AMP2 server, straight or through a venue's proxy. 30 seconds for a cosignature; network errors, timeouts and 5xx are
 * tried again with exponential back-off (the same PSET gives the same answer), 4xx never. What comes back is not verified here.
 */
export interface Amp2Client {
  /**
   * Idempotent. The wallet id that the server answers. DESCRIPTOR_INVALID, CONFLICT (403: the same descriptor is
   * registered with other blinding keys), COSIGNER_UNREACHABLE, COSIGNER_TIMEOUT, COSIGNER_UNAVAILABLE, COSIGNER_ANSWER_INVALID.
   */
  register(descriptor: string, signal?: AbortSignal): Promise<string>;
  /** PSET in base64. COSIGNER_REFUSED with what the issuer's rules say and what to do. */
  cosign(pset: string, signal?: AbortSignal): Promise<string>;
  /** Whether it answers at all, and how, for a test of the connection. Registers nothing. */
  ping(): Promise<{ ok: boolean; message: string }>;
}
