import { type Text, text } from '../core/text.ts'

/** Why the system refused to write, by its error code (errno(3)). */
export function whyNotWritten(code: string): Text {
  const reasons: Record<string, Text> = {
    EACCES: text('this user has no write permission there', '這個使用者沒有寫入權限'),
    EPERM: text('this user has no write permission there', '這個使用者沒有寫入權限'),
    EROFS: text('the file system is read-only', '該檔案系統是唯讀的'),
    ENOSPC: text('the disk is full', '那裡的磁碟空間已用完'),
    EDQUOT: text('the disk quota is used up', '磁碟配額已用完'),
    EISDIR: text('it is a folder', '它是一個資料夾'),
    ENOENT: text('there is no such folder', '沒有這個資料夾'),
    ENOTDIR: text('a part of the path is a file, not a folder', '路徑中有一段是檔案而不是資料夾'),
    EEXIST: text('a part of the path is a file, not a folder', '路徑中有一段是檔案而不是資料夾'),
    ENAMETOOLONG: text('the name is too long', '名稱太長'),
    EMPTY: text('the file name is empty', '檔名是空的'),
  }
  return reasons[code] ?? text(`the system reports ${code}`, `系統回報 ${code}`)
}

/** Why a report file could not be written. */
export function cannotWrite(file: string, code: string): Text {
  const reason = whyNotWritten(code)
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  const [elsewhere, elsewhereZh] = isFull
    ? ['make room there, or choose another place', '請在那裡騰出空間，或改用別的位置']
    : ['choose another place', '請改用別的位置']
  return text(
    `Cannot write the report to ${file || '""'}: ${reason.en}; ${elsewhere}.`,
    `無法把報告寫到 ${file || '""'}：${reason['zh-TW']}，${elsewhereZh}。`,
  )
}

export const sameFile = (file: string): Text =>
  text(
    `Two reports cannot both be written to ${file}; choose another file.`,
    `無法把兩份報告都寫到 ${file}，請改用別的檔案。`,
  )

export const noSummary = (code: string): Text =>
  text(`The step summary could not be written (${code}).`, `無法寫入步驟摘要（${code}）。`)
