/** The process that carries out a step: it may end before or after anything that it asks of others, and then asks no more. */
export class Mortal {
  isDead = false;
  readonly #mayEnd: () => boolean;

  /** `mayEnd`: asked at every point at which it may end. */
  constructor(mayEnd: () => boolean) {
    this.#mayEnd = mayEnd;
  }

  /** The same thing, as this process sees it. */
  seen<Target extends object>(target: Target): Target {
    return new Proxy(target, {
      get: (_target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? this.#calling(target, value as (...args: unknown[]) => unknown) : value;
      },
    });
  }

  #calling(target: object, method: (...args: unknown[]) => unknown) {
    return (...args: unknown[]): unknown => {
      this.#pass();
      const result = method.apply(target, args);
      if (!(result instanceof Promise)) return result;
      return result.then((value: unknown) => {
        this.#pass();
        return value;
      });
    };
  }

  #pass(): void {
    this.isDead ||= this.#mayEnd();
    if (this.isDead) throw new Error('The process has ended.');
  }
}
