/** What this program uses of `playwright-core`, which brings types of its own but is optional: without it the rest must still compile. */
export interface Playwright {
  readonly chromium: { launch(options: LaunchOptions): Promise<DriverBrowser> };
}

export interface LaunchOptions {
  readonly executablePath: string;
  readonly headless: boolean;
  readonly chromiumSandbox: boolean;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout: number;
  readonly handleSIGINT: boolean;
  readonly handleSIGTERM: boolean;
  readonly handleSIGHUP: boolean;
}

/** A browser, as its driver gives it. */
export interface DriverBrowser {
  version(): string;
  on(event: 'disconnected', listener: () => void): unknown;
  newPage(options: { readonly serviceWorkers: 'block' }): Promise<DriverPage>;
  newBrowserCDPSession(): Promise<DriverSession>;
  close(): Promise<void>;
}

export interface DriverPage {
  on(event: 'crash', listener: () => void): unknown;
  context(): {
    newCDPSession(page: DriverPage): Promise<DriverSession>;
    grantPermissions(permissions: readonly string[], options: { readonly origin: string }): Promise<void>;
  };
  route(pattern: string, answer: (route: DriverRoute) => Promise<void>): Promise<unknown>;
  exposeFunction<Argument>(name: string, called: (argument: Argument) => void): Promise<unknown>;
  goto(url: string, options: { readonly timeout: number }): Promise<unknown>;
  evaluate<Argument, Result>(inPage: (argument: Argument) => Result, argument: Argument): Promise<Awaited<Result>>;
}

export interface DriverRoute {
  request(): { url(): string };
  fulfill(response: { readonly contentType: string; readonly body: string | Buffer }): Promise<void>;
  abort(): Promise<void>;
}

/** Orders of the Chrome DevTools Protocol, those that are given here. */
export interface DriverSession {
  send(order: 'Runtime.evaluate', parameters: { readonly expression: string }): Promise<{ readonly result: { readonly value?: unknown } }>;
  send(order: 'SystemInfo.getProcessInfo'): Promise<{ readonly processInfo: readonly { readonly type: string; readonly id: number }[] }>;
}
