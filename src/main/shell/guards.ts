import type { Session, WebContents } from 'electron';
import type { Policy } from './policy.ts';

/** The page gets no network, no device but the camera, and no permission but that and the clipboard's. */
export function guardSession(session: Session, policy: Policy): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const types = 'mediaTypes' in details ? details.mediaTypes : undefined;
    const from = 'securityOrigin' in details ? details.securityOrigin : undefined;
    answer(
      policy.isAllowedPermission(permission, { types: types ?? [], from, isTopFrame: details.isMainFrame }),
    );
  });
  session.setPermissionCheckHandler((_contents, permission, origin, details) =>
    policy.isAllowedPermission(permission, {
      types: details.mediaType === undefined ? [] : [details.mediaType],
      from: details.securityOrigin ?? origin,
      isTopFrame: details.isMainFrame,
    }),
  );
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
