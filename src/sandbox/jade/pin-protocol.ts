/** Labels of the sealed messages between device and blind oracle, protocol version 2. */
export const PIN_REQUEST = Buffer.from('blind_oracle_request');
export const PIN_RESPONSE = Buffer.from('blind_oracle_response');

/** libwally's flags that only this protocol uses. */
export const WALLY_PIN = { ECDSA: 0x1, RECOVERABLE: 0x8, ENCRYPT: 1, DECRYPT: 2 } as const;
