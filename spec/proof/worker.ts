/** One of the processes in which `run.ts` tries mistakes. It answers each job with what failed. */
import { failureOfClaims, failureOfSpec, plant } from './attempt.ts';
import type { Catcher, ListedMistake } from './mistake.ts';

/** A mistake to plant, or none, and who is to look. */
export interface Job {
  readonly mistake: ListedMistake | null;
  readonly catcher: Catcher;
}

/** What failed, or null; or an error of the list, such as a text that the file does not have. */
export type Answer = { readonly failure: string | null } | { readonly error: string };

async function attempt({ mistake, catcher }: Job): Promise<Answer> {
  try {
    const sources = mistake ? plant(mistake) : new Map<string, string>();
    const failure =
      'verify' in catcher
        ? await failureOfClaims(catcher.verify, sources)
        : await failureOfSpec(catcher.spec, sources);
    return { failure };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', async (job: Job) => process.send?.(await attempt(job)));
