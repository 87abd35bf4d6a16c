import {
  elementwiseBackend,
  matmulBackend,
  setElementwiseBackend,
  setMatmulBackend,
} from '../../lib/index.ts';

/** For specs of compiled programs: the suite may run on the plain loops, where nothing is compiled. */
export function useVectors(): void {
  const settings = [matmulBackend(), elementwiseBackend()] as const;
  before(() => {
    setMatmulBackend('auto');
    setElementwiseBackend('auto');
  });
  after(() => {
    setMatmulBackend(settings[0]);
    setElementwiseBackend(settings[1]);
  });
}
