import { AppError } from '../errors.ts';

/** One thing that is wrong with one setting. The text never holds the setting's value. */
export interface ConfigProblem {
  setting: string;
  problem: string;
}

/** The settings cannot be used; the message names every problem at once, so that one look is enough to mend them. */
export class ConfigError extends AppError {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ setting, problem }) => `  ${setting} ${problem}`);
    super(`The configuration cannot be used:\n${lines.join('\n')}`, {
      code: 'CONFIGURATION_INVALID',
      retryable: false,
    });
    this.problems = problems;
  }

  /**
   * The settings that are wrong, each once, without what is inside of them: a place in a value is part of the value.
   */
  get settings(): string[] {
    return [...new Set(this.problems.map(({ setting }) => setting.replace(/[.[].*$/s, '')))];
  }
}
