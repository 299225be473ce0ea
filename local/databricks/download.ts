/** What an operation returns in place of JSON: bytes as they are. */
export class Download {
  readonly content: Buffer;

  constructor(content: Buffer) {
    this.content = content;
  }
}
