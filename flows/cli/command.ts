/** What a command is. */

/** Where a command writes: results to `out`, progress and complaints to `err`. */
export interface Console {
  readonly out: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly help: string;
  /** @returns the exit code: 0, or 1 if something that was to hold does not */
  run(args: readonly string[], console: Console): number | Promise<number>;
}
