/**
 * Notices `ref()` and `unref()` of handles that cannot be asked whether they are referenced. Server side.
 */

interface Referenced {
  ref(): unknown;
  unref(): unknown;
}

/** Tells of each `ref` and `unref` from now on. @returns ends that, and leaves the handle as it was */
export function followRef(handle: Referenced, tell: (isReferenced: boolean) => void): () => void {
  const { ref, unref } = handle;
  handle.ref = () => {
    tell(true);
    return ref.call(handle);
  };
  handle.unref = () => {
    tell(false);
    return unref.call(handle);
  };
  return () => {
    Object.assign(handle, { ref, unref });
  };
}
