/** A mistake to plant in the sources, and who must notice it. */

/** A change to a source file that makes it wrong: `to` in place of `from`, which occurs once in it. */
export interface Mistake {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Who looks for mistakes: `fluxion verify`, asked for these claims or themes (all if none), or a spec. */
export type Catcher = { readonly verify: readonly string[] } | { readonly spec: string };

/** A mistake of the list. `wrong` says what it does, as a sentence. */
export type ListedMistake = Mistake & Catcher & { readonly wrong: string };
