/** Names for holders, by number: always the same ones, and as many as anybody asks for. */
const GIVEN = [
  'Anna',
  'Bruno',
  'Clara',
  'Dimitri',
  'Elena',
  'Farid',
  'Greta',
  'Hugo',
  'Ines',
  'Jonas',
  'Kaja',
  'Lorenzo',
  'Maren',
  'Noor',
  'Oskar',
  'Paula',
  'Quentin',
  'Rosa',
  'Stefan',
  'Teresa',
  'Umar',
  'Vera',
  'Wanda',
  'Xavier',
  'Yara',
  'Zoltan',
  'Amira',
  'Bastien',
  'Chiara',
  'Daniel',
  'Edith',
  'Felix',
] as const;

const FAMILY = [
  'Adler',
  'Bianchi',
  'Costa',
  'Dahl',
  'Egger',
  'Ferrari',
  'Garnier',
  'Haas',
  'Ivanova',
  'Jansen',
  'Keller',
  'Lindqvist',
  'Moreau',
  'Novak',
  'Olsen',
  'Petrov',
  'Quist',
  'Rossi',
  'Santos',
  'Tamm',
  'Ursu',
  'Vogel',
  'Weber',
  'Ximenez',
  'Young',
  'Zeman',
  'Almeida',
  'Berg',
  'Conti',
  'Duarte',
  'Eriksen',
] as const;

const HOUSE = [
  'Northgate',
  'Silverline',
  'Bluewater',
  'Oakfield',
  'Castellan',
  'Meridian',
  'Highmoor',
  'Lakeshore',
  'Redstone',
  'Fairway',
  'Ashdown',
  'Brightside',
  'Corvus',
] as const;

const TRADE = [
  'Capital',
  'Ventures',
  'Partners',
  'Holding',
  'Asset Management',
  'Family Office',
  'Pension Fund',
] as const;
const FORM = ['AG', 'S.A.', 'GmbH', 'B.V.', 'Ltd', 'SICAV', 'Oy', 'S.r.l.'] as const;

function pick<T>(list: readonly T[], number: number): T {
  const found = list[number % list.length];
  if (found === undefined) throw new RangeError('an empty list');
  return found;
}

export interface Person {
  name: string;
  isCompany: boolean;
}

/** Every fourth is a company. Names repeat only after a thousand or so, and carry a number from then on. */
export function person(number: number): Person {
  if (number % 4 === 3) {
    const n = Math.floor(number / 4);
    const round = HOUSE.length * TRADE.length * FORM.length;
    const name = `${pick(HOUSE, n)} ${pick(TRADE, n * 3 + Math.floor(n / HOUSE.length))} ${pick(FORM, n * 5 + Math.floor(n / (HOUSE.length * TRADE.length)))}`;
    return { name: n < round ? name : `${name} ${Math.floor(n / round) + 1}`, isCompany: true };
  }
  const n = number - Math.floor(number / 4);
  const round = GIVEN.length * FAMILY.length;
  const name = `${pick(GIVEN, n)} ${pick(FAMILY, n * 7 + Math.floor(n / GIVEN.length))}`;
  return { name: n < round ? name : `${name} ${Math.floor(n / round) + 1}`, isCompany: false };
}
