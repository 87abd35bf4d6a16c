/** The type of a command, and of the streams that it writes to. */

/** The streams of a command: it writes its results to `out`, its progress and errors to `err`. */
export interface Console {
  readonly out: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** A command of the program `fluxion`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The text that `--help` prints. */
  readonly help: string;
  /**
   * Runs the command with the words after its name.
   * @returns the exit code: 0, or 1 if a check failed
   */
  run(args: readonly string[], console: Console): number | Promise<number>;
}
