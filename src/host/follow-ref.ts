/**
 * Hears when the user's code lets a handle go on alone, or counts on it again, of handles that do not tell. Server side.
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
