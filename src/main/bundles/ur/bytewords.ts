import { crc32 } from 'node:zlib';

/** The 256 Bytewords (BCR-2020-012), four letters each; first and last letter are unique to each word. */
const WORDS =
  'ableacidalsoapexaquaarchatomauntawayaxisbackbaldbarnbeltbetabiasbluebodybragbrewbulbbuzzcalmcash' +
  'catschefcityclawcodecolacookcostcruxcurlcuspcyandarkdatadaysdelidicedietdoordowndrawdropdrumdull' +
  'dutyeacheasyechoedgeepicevenexamexiteyesfactfairfernfigsfilmfishfizzflapflewfluxfoxyfreefrogfuel' +
  'fundgalagamegeargemsgiftgirlglowgoodgraygrimgurugushgyrohalfhanghardhawkheathelphighhillholyhope' +
  'hornhutsicedideaidleinchinkyintoirisironitemjadejazzjoinjoltjowljudojugsjumpjunkjurykeepkenokept' +
  'keyskickkilnkingkitekiwiknoblamblavalazyleaflegsliarlimplionlistlogoloudloveluaulucklungmainmany' +
  'mathmazememomenumeowmildmintmissmonknailnavyneednewsnextnoonnotenumbobeyoboeomitonyxopenovalowls' +
  'paidpartpeckplaypluspoempoolposepuffpumapurrquadquizraceramprealredorichroadrockroofrubyruinruns' +
  'rustsafesagascarsetssilkskewslotsoapsolosongstubsurfswantacotasktaxitenttiedtimetinytoiltombtoys' +
  'triptunatwinuglyundouniturgeuservastveryvetovialvibeviewvisavoidvowswallwandwarmwaspwavewaxyweb' +
  'swhatwhenwhizwolfworkyankyawnyellyogayurtzapszerozestzinczonezoom';

const CHECKSUM_BYTES = 4;

const pairs = Array.from({ length: 256 }, (_, byte) => WORDS.charAt(byte * 4) + WORDS.charAt(byte * 4 + 3));
const values = new Map(pairs.map((pair, byte) => [pair, byte]));

/** CRC32 as it stands at the end, big-endian. */
function checksum(bytes: Uint8Array): Buffer {
  const sum = Buffer.alloc(CHECKSUM_BYTES);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}

/** Minimal Bytewords: two letters for a byte, lower case, with the CRC32 of the bytes at the end. */
export function toBytewords(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += pairs[byte];
  for (const byte of checksum(bytes)) text += pairs[byte];
  return text;
}

/** Undoes `toBytewords`, from lower case. Null when a pair of letters is no byte or the checksum differs. */
export function fromBytewords(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || text.length / 2 <= CHECKSUM_BYTES) return null;
  const all = Buffer.alloc(text.length / 2);
  for (let index = 0; index < all.length; index += 1) {
    const value = values.get(text.slice(index * 2, index * 2 + 2));
    if (value === undefined) return null;
    all[index] = value;
  }
  const bytes = all.subarray(0, -CHECKSUM_BYTES);
  return checksum(bytes).equals(all.subarray(-CHECKSUM_BYTES)) ? bytes : null;
}
