/** Which columns of a table are the points, and which the classes. */
import type { CutTable } from '../../data/parse-csv.ts';
import { FileError } from '../../files/index.ts';
import { escapeControls } from '../../formats/shown-text.ts';
import { chosen } from '../tables/read-table.ts';
import type { DataRequest, WantedColumns } from './reading.ts';

/** A choice in the terms of `parseCsv`, and the columns that it leaves out without being asked to. */
export interface ChosenColumns {
  readonly labels?: string | number;
  readonly columns?: readonly (string | number)[];
  readonly drop?: readonly (string | number)[];
  readonly foreign: readonly string[];
}

/** What the command calls the column of classes whose own name is a number. */
export const classColumn = 'class';

/** The names by which the request calls columns, which a header must then have. */
export function mentionedNames({ label, reading = {}, wanted }: DataRequest): string[] {
  const { columns = [], drop = [], types = {}, bounds = {} } = reading;
  const said = [...Object.keys(types), ...Object.keys(bounds)];
  const mentioned = [label, ...columns, ...drop, ...said, ...(wanted?.columns ?? [])];
  if (typeof wanted?.label === 'string') mentioned.push(wanted.label, classColumn);
  return mentioned.filter((name) => name !== undefined && !isPosition(name)) as string[];
}

/**
 * The columns that the request names; or those that a model wants, by their names wherever there are names.
 */
export function chooseColumns(request: DataRequest, cut: CutTable): ChosenColumns {
  const { label, reading = {}, wanted, source } = request;
  const at = (name: string) => chosen(cut.names, name);
  if (!wanted) {
    return {
      ...(label !== undefined && { labels: at(label) }),
      ...(reading.columns && { columns: reading.columns.map(at) }),
      ...(reading.drop && { drop: reading.drop.map(at) }),
      foreign: [],
    };
  }
  const labels = label === undefined ? knownLabel(wanted, cut) : at(label);
  const hasNames = cut.dialect.header && !wanted.columns.every(isPosition);
  return hasNames ? byName(source, wanted, cut, labels) : byPosition(source, wanted, cut, labels);
}

function byName(
  source: string,
  { columns }: WantedColumns,
  { names }: CutTable,
  labels: string | number | undefined,
): ChosenColumns {
  const missing = columns.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new FileError(
      `${source} has no column ${listed(missing)}, which the model knows; its columns are ${listed(names)}`,
    );
  }
  const foreign = names.filter((name, j) => !columns.includes(name) && name !== labels && j !== labels);
  return { columns, foreign, ...(labels !== undefined && { labels }) };
}

function byPosition(
  source: string,
  { columns }: WantedColumns,
  { names }: CutTable,
  labels: string | number | undefined,
): ChosenColumns {
  const left = names.length - (labels === undefined ? 0 : 1);
  if (left === columns.length) return { foreign: [], ...(labels !== undefined && { labels }) };
  const advice = left === columns.length + 1 ? '; name the column of the classes with --label' : '';
  throw new FileError(`${source} has ${left} features, the model ${columns.length}${advice}`);
}

/** Where the classes are, if the table has them at all: a model can be asked without. */
function knownLabel({ label, columns }: WantedColumns, { names, dialect }: CutTable) {
  if (label === null) return undefined;
  if (dialect.header && names.includes(label)) return label;
  if (dialect.header && names.includes(classColumn) && !columns.includes(classColumn)) return classColumn;
  return isPosition(label) && names.length === columns.length + 1 ? Number(label) : undefined;
}

function isPosition(name: string): boolean {
  return /^\d+$/.test(name);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `'${escapeControls(name)}'`);
  return `${shown.join(', ')}${names.length > 20 ? ` and ${names.length - 20} more` : ''}`;
}
