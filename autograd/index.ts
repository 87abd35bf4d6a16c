/** `fluxion`: all functions of `fluxion/functions`, most of them also methods of tensors. */
import './methods.ts';

export * from './functions.ts';
