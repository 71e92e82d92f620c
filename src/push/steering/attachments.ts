import type { Attachment, AttachmentInfo } from "../../message/attachments/attachment.ts";
import type { Ledger } from "../ledger/ledger.ts";

/** A value holds at most 2 MB. */
const PIECE_BYTES = 1024 * 1024;

/** Stores the files that the push's mails carry, in place of any before. */
export function storeAttachments({ sql }: Ledger, attachments: readonly Attachment[]): void {
  sql.exec("DELETE FROM attachment");
  sql.exec("DELETE FROM attachment_piece");
  attachments.forEach(({ filename, contentType, contentId, bytes }, n) => {
    sql.exec(
      "INSERT INTO attachment (n, filename, content_type, content_id, size) VALUES (?1, ?2, ?3, ?4, ?5)",
      n,
      filename,
      contentType,
      contentId,
      bytes.length,
    );
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      // A buffer of its own: binding a view may take all that is around it.
      const piece = bytes.slice(at, at + PIECE_BYTES).buffer;
      sql.exec("INSERT INTO attachment_piece (attachment, start, bytes) VALUES (?1, ?2, ?3)", n, at, piece);
    }
  });
}

/** What the push's mails carry, in the order given. */
export function attachmentInfos({ sql }: Ledger): AttachmentInfo[] {
  return sql
    .exec<{ filename: string; contentType: string; contentId: string | null; size: number }>(
      "SELECT filename, content_type AS contentType, content_id AS contentId, size FROM attachment ORDER BY n",
    )
    .toArray();
}

/** The files with their bytes. @param only the position of one */
export function attachmentsOf(ledger: Ledger, only: number | null = null): Attachment[] {
  return attachmentInfos(ledger).flatMap(({ size, ...info }, n) => {
    if (only !== null && only !== n) return [];
    const bytes = new Uint8Array(size);
    const pieces = ledger.sql.exec<{ start: number; bytes: ArrayBuffer }>(
      "SELECT start, bytes FROM attachment_piece WHERE attachment = ?1 ORDER BY start",
      n,
    );
    for (const piece of pieces) bytes.set(new Uint8Array(piece.bytes), piece.start);
    return [{ ...info, bytes }];
  });
}
