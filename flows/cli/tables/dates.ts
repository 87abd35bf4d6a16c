/** Dates as numbers, and back in their own spelling: of ISO 8601, or with the day or the month first. */

/** 2012-01-31, 2012/01/31; with a time of day to the minute, second or its fraction, and a zone. */
const dates =
  /^(\d{4})([-/])(\d\d)\2(\d\d)(?:([T ])(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** 31.1.2012 or 1/31/2012, with what follows as above. */
const yearLast = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(\D.*)?$/;

const day = 86_400;

/**
 * How a date is spelled: YYYY-MM-DD, YYYY/MM/DD, or with a time and perhaps a zone: YYYY-MM-DDThh:mm:ss.SSSZ.
 * Undefined if the text is no date.
 */
export function spellingOf(text: string): string | undefined {
  const match = text.match(dates);
  if (!match || parseDate(text) === undefined) return undefined;
  const [, , dash, , , between, hours, , seconds, fraction, zone = ''] = match;
  const time =
    hours === undefined ? '' : `${between}hh:mm${seconds ? ':ss' : ''}${fraction ? '.SSS' : ''}${zone}`;
  return `YYYY${dash}MM${dash}DD${time}`;
}

/**
 * One spelling for the dates of a column: the longest of theirs; in UTC (Z) if they name several zones.
 * Undefined if they cannot have one.
 */
export function commonSpelling(spellings: readonly string[]): string | undefined {
  const zones = new Set(spellings.map(zoneOf));
  const [separators, times] = [
    new Set(spellings.map((each) => each[4])),
    new Set(spellings.map((each) => each[10])),
  ];
  if (separators.size > 1 || times.size > 1 || (zones.size > 1 && zones.has(''))) return undefined;
  const longest = spellings.reduce((one, other) =>
    withoutZone(other).length > withoutZone(one).length ? other : one,
  );
  return zones.size > 1 ? `${withoutZone(longest)}Z` : longest;
}

/**
 * One spelling for dates whose year is last: DD.MM.YYYY, M/D/YYYY and the like, with a time as above. Points
 * stand between a day and a month; in other dates some day beyond 12 tells which is which. 'ambiguous' if
 * none does; undefined if they are no such dates.
 */
export function yearLastSpelling(texts: readonly string[]): string | undefined {
  const matches = texts.map((text) => text.match(yearLast) ?? []);
  const [[, , mark = ''] = []] = matches;
  if (texts.length === 0 || !matches.every(([, , each]) => each === mark) || mark === '') return undefined;
  const isPadded = matches.every(([, one, , other]) => one?.length === 2 && other?.length === 2);
  const spellings = (mark === '.' ? ['D'] : ['D', 'M']).flatMap((first) => {
    const order = first === 'D' ? ['D', 'M'] : ['M', 'D'];
    const date = `${order.map((field) => (isPadded ? field + field : field)).join(mark)}${mark}YYYY`;
    const inner = texts.map((text) => spellingOf(yearFirst(text, date)));
    const common = inner.every((each) => each !== undefined)
      ? commonSpelling([...new Set(inner)])
      : undefined;
    return common === undefined ? [] : [date + common.slice(10)];
  });
  return spellings.length > 1 ? 'ambiguous' : spellings[0];
}

/** A date as ISO 8601 writes it. */
function yearFirst(text: string, spelling: string): string {
  const [, one = '', , other = '', year, rest = ''] = text.match(yearLast) ?? [];
  if (isYearFirst(spelling) || year === undefined) return text;
  const [date, month] = spelling.startsWith('D') ? [one, other] : [other, one];
  return `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}${rest}`;
}

function isYearFirst(spelling: string): boolean {
  return spelling.startsWith('Y');
}

function withYearFirst(spelling: string): string {
  return isYearFirst(spelling) ? spelling : spelling.replace(/^.*YYYY/, 'YYYY-MM-DD');
}

/**
 * Days since 1970 if the text has no time of day; else seconds, in UTC unless it names a zone.
 * @param spelling of the column, which says whether the year is first
 */
export function parseDate(text: string, spelling = 'YYYY-MM-DD'): number | undefined {
  const match = isYearFirst(spelling) === !yearLast.test(text) && yearFirst(text, spelling).match(dates);
  if (!match) return undefined;
  const [, year, , month, date, , hours, minutes = '0', seconds = '0', fraction = '', zone = ''] = match;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(date)) / 1000;
  const shown = new Date(1000 * midnight).toISOString().slice(0, 10);
  if (shown !== `${year}-${month}-${date}` || Number(hours ?? 0) > 23) return undefined;
  if (Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  if (hours === undefined) return midnight / day;
  const thousandths = Math.round(Number(`0.${fraction || '0'}`) * 1000) / 1000;
  return (
    midnight + 3600 * Number(hours) + 60 * Number(minutes) + Number(seconds) + thousandths - offsetOf(zone)
  );
}

/** The date that `parseDate` read, in a spelling. */
export function formatDate(value: number, spelling: string): string {
  if (isYearFirst(spelling)) return formatYearFirst(value, spelling);
  const shown = formatYearFirst(value, withYearFirst(spelling));
  const [year = '', month = '', date = ''] = shown.slice(0, 10).split('-');
  const fields: Readonly<Record<string, string>> = {
    ...{ YYYY: year, MM: month, DD: date },
    ...{ M: String(Number(month)), D: String(Number(date)) },
  };
  const [front = ''] = spelling.match(/^.*YYYY/) ?? [];
  return front.replace(/[YMD]+/g, (field) => fields[field] as string) + shown.slice(10);
}

function formatYearFirst(value: number, spelling: string): string {
  const hasTime = spelling.length > 10;
  const milliseconds = hasTime ? Math.round(1000 * (value + offsetOf(zoneOf(spelling)))) : 1000 * day * value;
  const [date = '', time = ''] = new Date(clamped(milliseconds)).toISOString().slice(0, 23).split('T');
  const shown = date.replaceAll('-', spelling[4] as string);
  const length = withoutZone(spelling).length - 11;
  return hasTime ? `${shown}${spelling[10]}${time.slice(0, length)}${zoneOf(spelling)}` : shown;
}

/** The unit of a spelling's last digit: 1 day; or 60, 1 or 0.001 seconds. */
export function stepOf(spelling: string): number {
  if (spelling.includes('SSS')) return 0.001;
  return spelling.includes('hh') && !spelling.includes('ss') ? 60 : 1;
}

/** Into the years 100 to 9999, which four digits can write and `Date.UTC` reads. */
function clamped(milliseconds: number): number {
  return Math.min(Math.max(milliseconds, Date.UTC(100, 0)), Date.UTC(10_000, 0) - 1);
}

function zoneOf(spelling: string): string {
  return spelling.match(/(?<=[msS])(Z|[+-].*)$/)?.[0] ?? '';
}

function withoutZone(spelling: string): string {
  return spelling.slice(0, spelling.length - zoneOf(spelling).length);
}

/** Seconds east of UTC. */
function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = zone.match(/^([+-])(\d\d):?(\d\d)$/) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (3600 * Number(hours) + 60 * Number(minutes));
}
