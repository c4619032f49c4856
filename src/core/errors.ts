/**
 * What the user did wrong: one line that says what, one that says what to do about it. Ends the process with exit code 2, without a stack.
 * What the network does is never an error: it is recorded as a phase and a code.
 */
export class UserError extends Error {
  readonly code: string;
  readonly hint: string;

  /**
   * @param code stable kebab-case name of the mistake, such as `wav-empty`
   * @param message one sentence naming the thing that is wrong (file, flag, value)
   * @param hint one sentence saying what to do instead
   */
  constructor(code: string, message: string, hint: string) {
    super(message);
    this.name = 'UserError';
    this.code = code;
    this.hint = hint;
  }
}
