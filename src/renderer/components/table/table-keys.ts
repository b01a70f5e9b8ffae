/** The table that `j` and `k` move in: the one that was made or focused last. */
export interface TableHandle {
  move: (by: number) => void;
}

const handles: TableHandle[] = [];

export function registerTable(handle: TableHandle): () => void {
  handles.push(handle);
  return () => {
    const at = handles.indexOf(handle);
    if (at >= 0) handles.splice(at, 1);
  };
}

export function activateTable(handle: TableHandle): void {
  const at = handles.indexOf(handle);
  if (at >= 0 && at !== handles.length - 1) handles.push(...handles.splice(at, 1));
}

export function moveInTable(by: number): void {
  handles.at(-1)?.move(by);
}
