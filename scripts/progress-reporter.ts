import type { SerializedError } from 'vitest';
import { MinimalReporter, type TestModule, type TestSpecification } from 'vitest/node';

/**
 * Prints a line for each file of tests that has ended, with the time left; of the tests only those that failed.
 * Runs of tests beside each other may share it.
 */
export class ProgressReporter extends MinimalReporter {
  passed = 0;
  failed = 0;
  #files = 0;
  #ended = 0;
  #startedMs = 0;

  override onTestRunStart(specifications: readonly TestSpecification[]): void {
    super.onTestRunStart(specifications);
    this.#files += specifications.length;
    this.#startedMs ||= performance.now();
  }

  override onTestModuleEnd(module: TestModule): void {
    this.#ended++;
    const tests = [...module.children.allTests()];
    const failed = tests.filter((test) => test.result().state === 'failed').length;
    this.failed += failed;
    this.passed += tests.filter((test) => test.result().state === 'passed').length;
    const counts = failed === 0 ? `${tests.length} tests` : `${tests.length} tests, ${failed} FAILED`;
    const seconds = (module.diagnostic().duration / 1_000).toFixed(1);
    const place = `${String(this.#ended).padStart(String(this.#files).length)}/${this.#files}`;
    this.log(`${place} ${module.relativeModuleId}: ${counts} in ${seconds} s${this.#timeLeft()}`);
    super.onTestModuleEnd(module);
  }

  override onTestRunEnd(
    modules: readonly TestModule[],
    errors: readonly SerializedError[],
    reason: 'passed' | 'failed' | 'interrupted',
  ): void {
    // A file that cannot be loaded, or an error outside every test, fails the run without a failed test.
    if (reason !== 'passed' && this.failed === 0) this.failed++;
    super.onTestRunEnd(modules, errors, reason);
  }

  /** What the files so far have taken, taken on to the rest; the long ones come first. */
  #timeLeft(): string {
    const elapsedMs = performance.now() - this.#startedMs;
    const leftMs = (elapsedMs / this.#ended) * (this.#files - this.#ended);
    return this.#ended < 10 || leftMs < 1_000 ? '' : `, at most ${Math.ceil(leftMs / 1_000)} s left`;
  }
}
