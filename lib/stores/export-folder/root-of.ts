import { lstat, realpath } from "node:fs/promises";
import path from "node:path";
import { isMissing } from "../files/file-marks";
import { placeOf } from "../files/place-of";

/** The real path of a folder that may not be there yet. @throws FormatError for a link, or something else than a folder */
export async function rootOf(named: string): Promise<string> {
  const place = path.resolve(named);
  try {
    await lstat(place);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return path.join(await nearest(path.dirname(place)), path.basename(place));
  }
  return placeOf(place, "folder");
}

async function nearest(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if (!isMissing(error) || path.dirname(folder) === folder) throw error;
    return path.join(await nearest(path.dirname(folder)), path.basename(folder));
  }
}
