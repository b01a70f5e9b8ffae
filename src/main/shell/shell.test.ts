import { EventEmitter } from 'node:events';
import type { IpcMain, Session, WebContents } from 'electron';
import { describe, expect, it } from 'vitest';
import { fakeDesk, fakeProfile } from '../../../test/support/fake-desk.ts';
import type { Envelope } from '../../shared/contract/index.ts';
import type { Page } from '../hosting/index.ts';
import { guardContents, guardSession } from './guards.ts';
import { answerCalls, tellEvents } from './ipc.ts';
import { menuTemplate } from './menu.ts';
import { createPolicy, type AskedMedia } from './policy.ts';
import { servePage } from './serve-page.ts';
import { windowOptions } from './window-options.ts';

const policy = createPolicy(null);
const STRANGE_URLS = [
  'https://example.com/',
  'http://127.0.0.1:8080/',
  'file:///etc/passwd',
  'desk://other/',
  'desk://app.example/',
  'desk://app@example/',
  'desk://user:pw@app/',
  'javascript:alert(1)',
  'data:text/html,<script>1</script>',
  'about:blank',
  'devtools://devtools/x',
  'ws://127.0.0.1:8080/',
  'chrome://gpu',
  'view-source:desk://app/',
  '',
  'desk',
];

describe('addresses', () => {
  it('of the desk are allowed', () => {
    expect(policy.home).toBe('desk://app/');
    expect(policy.isAllowedUrl('desk://app/operations/7?x=1#y')).toBe(true);
    expect(policy.isAllowedRequest('desk://app/assets/a.js')).toBe(true);
    expect(policy.isAllowedRequest('blob:desk://app/0e3b')).toBe(true);
    expect(policy.isAllowedRequest('data:image/svg+xml,<svg/>')).toBe(true);
  });
  it.each(STRANGE_URLS)('like %j are not', (url) => {
    expect(policy.isAllowedUrl(url)).toBe(false);
    expect(policy.isAllowedRequest(url)).toBe(false);
    expect(policy.isAllowedRequest(`blob:${url}`)).toBe(false);
  });
  it('of the development server are allowed in development only', () => {
    const dev = createPolicy('http://localhost:5173/');
    expect(dev.home).toBe('http://localhost:5173/');
    expect(dev.isAllowedUrl('http://localhost:5173/main.tsx')).toBe(true);
    expect(dev.isAllowedRequest('ws://localhost:5173/?token=x')).toBe(true);
    expect(dev.isAllowedUrl('http://localhost:5174/')).toBe(false);
    expect(policy.isAllowedUrl('http://localhost:5173/main.tsx')).toBe(false);
  });
});

describe('permissions', () => {
  it('are refused, but for writing text to the clipboard', () => {
    const asked = [
      'media',
      'display-capture',
      'geolocation',
      'notifications',
      'clipboard-read',
      'serial',
      'usb',
      'hid',
      'openExternal',
    ];
    expect(asked.filter((permission) => policy.isAllowedPermission(permission))).toEqual([]);
    expect(policy.isAllowedPermission('clipboard-sanitized-write')).toBe(true);
  });
  it('let the desk’s own page use the camera, and nothing else of what films or listens', () => {
    const camera: AskedMedia = { types: ['video'], from: 'desk://app/', isTopFrame: true };
    expect(policy.isAllowedPermission('media', camera)).toBe(true);
    for (const different of [
      { types: ['audio'] },
      { types: ['video', 'audio'] },
      { types: ['unknown'] },
      { types: [] },
      { from: undefined },
      { isTopFrame: false },
      ...STRANGE_URLS.map((from) => ({ from })),
    ]) {
      expect(
        policy.isAllowedPermission('media', { ...camera, ...different }),
        JSON.stringify(different),
      ).toBe(false);
    }
    expect(policy.isAllowedPermission('display-capture', camera)).toBe(false);
  });
});

describe('the window', () => {
  it('keeps the page away from Node and from the machine', () => {
    expect(windowOptions('/p.cjs', '/i.png', false).webPreferences).toEqual({
      preload: '/p.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      safeDialogs: true,
      enableWebSQL: false,
    });
  });
  it('offers developer tools in development only', () => {
    const roles = (development: boolean) => JSON.stringify(menuTemplate('linux', development));
    expect(roles(true)).toContain('toggleDevTools');
    expect(roles(false)).not.toContain('toggleDevTools');
  });
});

describe('the page’s scheme', () => {
  const page: Page = new Map([
    ['/index.html', { body: Buffer.from('<head></head>'), type: 'text/html; charset=utf-8' }],
  ]);
  const get = (url: string, method = 'GET') => servePage(page, policy, { url, method });

  it('serves the built files under a policy without any network', async () => {
    const answer = get('desk://app/');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('<head></head>');
    expect(answer.headers.get('content-security-policy')).toContain(`connect-src 'none'`);
    expect(answer.headers.get('permissions-policy')).toMatch(/^camera=\(self\), microphone=\(\),/);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });
  it('serves nothing else', () => {
    expect(get('desk://app/../../etc/passwd.txt').status).toBe(404);
    expect(get('desk://app/%2e%2e/secret.txt').status).toBe(404);
    expect(get('desk://other/').status).toBe(403);
    expect(get('desk://app/', 'POST').status).toBe(405);
  });
});

describe('guardContents', () => {
  function guarded() {
    const contents = Object.assign(new EventEmitter(), {
      opener: (): unknown => undefined,
      setWindowOpenHandler(handler: () => unknown) {
        this.opener = handler;
      },
    });
    guardContents(contents as unknown as WebContents, policy);
    return contents;
  }
  const emitted = (name: string, url: string): boolean => {
    let prevented = false;
    guarded().emit(name, { url, preventDefault: () => (prevented = true) });
    return prevented;
  };

  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('stops %s to anywhere else', (name) => {
    for (const url of STRANGE_URLS) expect(emitted(name, url)).toBe(true);
    expect(emitted(name, 'desk://app/audit')).toBe(false);
  });
  it('opens no window and attaches no webview', () => {
    expect(guarded().opener()).toEqual({ action: 'deny' });
    expect(emitted('will-attach-webview', 'desk://app/')).toBe(true);
  });
});

describe('guardSession', () => {
  it('refuses permissions, devices and every request that leaves the desk', () => {
    type Handler = (...args: unknown[]) => unknown;
    const set: Record<string, Handler> = {};
    const keep = (name: string) => (handler: Handler) => (set[name] = handler);
    guardSession(
      {
        setPermissionRequestHandler: keep('request'),
        setPermissionCheckHandler: keep('check'),
        setDevicePermissionHandler: keep('device'),
        webRequest: { onBeforeRequest: keep('web') },
      } as unknown as Session,
      policy,
    );
    const answers: unknown[] = [];
    const answer = (value: unknown) => answers.push(value);
    const top = { isMainFrame: true };
    set['request']?.(null, 'geolocation', answer, top);
    const own = { ...top, securityOrigin: 'desk://app/' };
    set['request']?.(null, 'media', answer, { ...own, mediaTypes: ['audio'] });
    set['request']?.(null, 'media', answer, { ...own, mediaTypes: ['video'] });
    set['web']?.({ url: 'https://example.com/' }, answer);
    set['web']?.({ url: 'desk://app/assets/a.js' }, answer);
    expect(answers).toEqual([false, false, true, { cancel: true }, { cancel: false }]);
    expect(set['check']?.(null, 'geolocation', 'desk://app/', top)).toBe(false);
    expect(set['check']?.(null, 'media', 'desk://app/', { ...own, mediaType: 'video' })).toBe(true);
    expect(set['check']?.(null, 'media', 'desk://app/', { ...own, mediaType: 'audio' })).toBe(false);
    expect(set['check']?.(null, 'media', 'https://example.com', { ...top, mediaType: 'video' })).toBe(false);
    expect(set['device']?.({ deviceType: 'serial' })).toBe(false);
  });
});

describe('calls', () => {
  function ipcWith(window: { id: number } | null) {
    let handler: ((event: unknown, name: unknown, args: unknown) => Promise<Envelope> | Envelope) | undefined;
    const ipc = {
      handle: (channel: string, given: typeof handler) => {
        expect(channel).toBe('sluice:call');
        handler = given;
      },
    };
    const desk = fakeDesk({ 'profiles.list': () => ({ profiles: [fakeProfile()] }) });
    answerCalls(ipc as unknown as IpcMain, desk, policy, () => window);
    return async (event: unknown, name: unknown = 'profiles.list', args: unknown = {}) =>
      handler?.(event, name, args);
  }
  const own = { sender: { id: 1 }, senderFrame: { parent: null, url: 'desk://app/' } };

  it('of the window’s own page are answered', async () => {
    expect(await ipcWith({ id: 1 })(own)).toMatchObject({ ok: true, value: { profiles: [{ id: 'p1' }] } });
    expect(await ipcWith({ id: 1 })(own, { name: 1 })).toMatchObject({
      ok: false,
      error: { code: 'NOT_FOUND' },
    });
  });
  it.each([
    ['another window', { ...own, sender: { id: 2 } }],
    ['a frame inside the page', { ...own, senderFrame: { parent: {}, url: 'desk://app/' } }],
    ['another address', { ...own, senderFrame: { parent: null, url: 'https://example.com/' } }],
    ['a frame that is gone', { ...own, senderFrame: null }],
  ])('from %s are refused', async (_who, event) => {
    expect(await ipcWith({ id: 1 })(event)).toMatchObject({ ok: false, error: { code: 'NOT_ALLOWED' } });
  });
  it('are refused when there is no window', async () => {
    expect(await ipcWith(null)(own)).toMatchObject({ ok: false, error: { code: 'NOT_ALLOWED' } });
  });
});

describe('events', () => {
  it('reach the window while it is there', () => {
    const sent: unknown[][] = [];
    let destroyed = false;
    const desk = fakeDesk();
    const off = tellEvents(desk, () => ({
      send: (...args: unknown[]) => void sent.push(args),
      isDestroyed: () => destroyed,
    }));
    desk.tell({ name: 'audit.changed', data: {} });
    destroyed = true;
    desk.tell({ name: 'audit.changed', data: {} });
    off();
    expect(sent).toEqual([['sluice:event', { name: 'audit.changed', data: {} }]]);
    expect(desk.listeners()).toBe(0);
  });
});
