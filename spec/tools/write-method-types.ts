/** Writes autograd/method-types.ts from the operations: `npx tsx spec/tools/write-method-types.ts`. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { methodTypes, methodTypesFile } from '../autograd/method-types.ts';

writeFileSync(methodTypesFile, methodTypes());
execFileSync('npx', ['biome', 'check', '--write', methodTypesFile], { stdio: 'inherit' });
