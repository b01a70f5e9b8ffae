import type { Session, WebContents } from 'electron';
import { isAllowedPermission, type Policy } from './policy.ts';

/** The page gets no network, no device and no permission but the clipboard's. */
export function guardSession(session: Session, policy: Policy): void {
  session.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(isAllowedPermission(permission)),
  );
  session.setPermissionCheckHandler((_contents, permission) => isAllowedPermission(permission));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !policy.isAllowedRequest(details.url) });
  });
}

/** No page leads away from the desk, in the window, in a frame or in a window of its own. */
export function guardContents(contents: WebContents, policy: Policy): void {
  const stay = (event: { url: string; preventDefault(): void }): void => {
    if (!policy.isAllowedUrl(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
