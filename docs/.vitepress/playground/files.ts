/** Weights to and from the reader's own disk. */

/** Offers bytes as a download. */
export function download(bytes: Uint8Array, name: string): void {
  const url = URL.createObjectURL(
    new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/octet-stream' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The bytes of the chosen file, if there is one. Afterwards the reader can choose the same file again. */
export async function chosenBytes(input: HTMLInputElement): Promise<Uint8Array | undefined> {
  const file = input.files?.[0];
  input.value = '';
  return file && new Uint8Array(await file.arrayBuffer());
}
