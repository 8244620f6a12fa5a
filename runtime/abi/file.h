// Constants of files: access rights, share modes, attributes, create options and dispositions.
// Source: "File Access Rights Constants", "File Attribute Constants", "NtCreateFile function (winternl.h)".
#pragma once

#include "abi/types.h"

inline constexpr ACCESS_MASK FILE_READ_DATA = 0x0001;
inline constexpr ACCESS_MASK FILE_LIST_DIRECTORY = 0x0001;
inline constexpr ACCESS_MASK FILE_WRITE_DATA = 0x0002;
inline constexpr ACCESS_MASK FILE_ADD_FILE = 0x0002;
inline constexpr ACCESS_MASK FILE_APPEND_DATA = 0x0004;
inline constexpr ACCESS_MASK FILE_READ_EA = 0x0008;
inline constexpr ACCESS_MASK FILE_WRITE_EA = 0x0010;
inline constexpr ACCESS_MASK FILE_EXECUTE = 0x0020;
inline constexpr ACCESS_MASK FILE_TRAVERSE = 0x0020;
inline constexpr ACCESS_MASK FILE_DELETE_CHILD = 0x0040;
inline constexpr ACCESS_MASK FILE_READ_ATTRIBUTES = 0x0080;
inline constexpr ACCESS_MASK FILE_WRITE_ATTRIBUTES = 0x0100;
inline constexpr ACCESS_MASK FILE_ALL_ACCESS = 0x001F01FF;
inline constexpr ACCESS_MASK FILE_GENERIC_READ = 0x00120089;
inline constexpr ACCESS_MASK FILE_GENERIC_WRITE = 0x00120116;
inline constexpr ACCESS_MASK FILE_GENERIC_EXECUTE = 0x001200A0;

inline constexpr ULONG FILE_SHARE_READ = 1;
inline constexpr ULONG FILE_SHARE_WRITE = 2;
inline constexpr ULONG FILE_SHARE_DELETE = 4;

inline constexpr ULONG FILE_ATTRIBUTE_READONLY = 0x1;
inline constexpr ULONG FILE_ATTRIBUTE_HIDDEN = 0x2;
inline constexpr ULONG FILE_ATTRIBUTE_SYSTEM = 0x4;
inline constexpr ULONG FILE_ATTRIBUTE_DIRECTORY = 0x10;
inline constexpr ULONG FILE_ATTRIBUTE_ARCHIVE = 0x20;
inline constexpr ULONG FILE_ATTRIBUTE_DEVICE = 0x40;
inline constexpr ULONG FILE_ATTRIBUTE_NORMAL = 0x80;
inline constexpr ULONG FILE_ATTRIBUTE_TEMPORARY = 0x100;
inline constexpr ULONG FILE_ATTRIBUTE_SPARSE_FILE = 0x200;
inline constexpr ULONG FILE_ATTRIBUTE_REPARSE_POINT = 0x400;
inline constexpr ULONG FILE_ATTRIBUTE_COMPRESSED = 0x800;
inline constexpr ULONG FILE_ATTRIBUTE_OFFLINE = 0x1000;
inline constexpr ULONG FILE_ATTRIBUTE_NOT_CONTENT_INDEXED = 0x2000;
inline constexpr ULONG FILE_ATTRIBUTE_ENCRYPTED = 0x4000;
inline constexpr DWORD INVALID_FILE_ATTRIBUTES = 0xFFFFFFFF;

// NtCreateFile dispositions and what it reports back.
inline constexpr ULONG FILE_SUPERSEDE = 0;
inline constexpr ULONG FILE_OPEN = 1;
inline constexpr ULONG FILE_CREATE = 2;
inline constexpr ULONG FILE_OPEN_IF = 3;
inline constexpr ULONG FILE_OVERWRITE = 4;
inline constexpr ULONG FILE_OVERWRITE_IF = 5;

inline constexpr ULONG FILE_SUPERSEDED = 0;
inline constexpr ULONG FILE_OPENED = 1;
inline constexpr ULONG FILE_CREATED = 2;
inline constexpr ULONG FILE_OVERWRITTEN = 3;
inline constexpr ULONG FILE_EXISTS = 4;
inline constexpr ULONG FILE_DOES_NOT_EXIST = 5;

// NtCreateFile options.
inline constexpr ULONG FILE_DIRECTORY_FILE = 0x00000001;
inline constexpr ULONG FILE_WRITE_THROUGH = 0x00000002;
inline constexpr ULONG FILE_SEQUENTIAL_ONLY = 0x00000004;
inline constexpr ULONG FILE_NO_INTERMEDIATE_BUFFERING = 0x00000008;
inline constexpr ULONG FILE_SYNCHRONOUS_IO_ALERT = 0x00000010;
inline constexpr ULONG FILE_SYNCHRONOUS_IO_NONALERT = 0x00000020;
inline constexpr ULONG FILE_NON_DIRECTORY_FILE = 0x00000040;
inline constexpr ULONG FILE_NO_EA_KNOWLEDGE = 0x00000200;
inline constexpr ULONG FILE_RANDOM_ACCESS = 0x00000800;
inline constexpr ULONG FILE_DELETE_ON_CLOSE = 0x00001000;
inline constexpr ULONG FILE_OPEN_BY_FILE_ID = 0x00002000;
inline constexpr ULONG FILE_OPEN_FOR_BACKUP_INTENT = 0x00004000;
inline constexpr ULONG FILE_OPEN_REPARSE_POINT = 0x00200000;
inline constexpr ULONG FILE_OPEN_NO_RECALL = 0x00400000;

// CreateFile dispositions and flags.
inline constexpr DWORD CREATE_NEW = 1;
inline constexpr DWORD CREATE_ALWAYS = 2;
inline constexpr DWORD OPEN_EXISTING = 3;
inline constexpr DWORD OPEN_ALWAYS = 4;
inline constexpr DWORD TRUNCATE_EXISTING = 5;
inline constexpr DWORD FILE_FLAG_WRITE_THROUGH = 0x80000000;
inline constexpr DWORD FILE_FLAG_OVERLAPPED = 0x40000000;
inline constexpr DWORD FILE_FLAG_NO_BUFFERING = 0x20000000;
inline constexpr DWORD FILE_FLAG_RANDOM_ACCESS = 0x10000000;
inline constexpr DWORD FILE_FLAG_SEQUENTIAL_SCAN = 0x08000000;
inline constexpr DWORD FILE_FLAG_DELETE_ON_CLOSE = 0x04000000;
inline constexpr DWORD FILE_FLAG_BACKUP_SEMANTICS = 0x02000000;
inline constexpr DWORD FILE_FLAG_POSIX_SEMANTICS = 0x01000000;
inline constexpr DWORD FILE_FLAG_OPEN_REPARSE_POINT = 0x00200000;
inline constexpr DWORD FILE_FLAG_OPEN_NO_RECALL = 0x00100000;

inline constexpr DWORD FILE_BEGIN = 0;
inline constexpr DWORD FILE_CURRENT = 1;
inline constexpr DWORD FILE_END = 2;

// NtReadFile and NtWriteFile byte offsets with a meaning of their own (low part; the high part is -1).
inline constexpr LONG FILE_WRITE_TO_END_OF_FILE = -1;
inline constexpr LONG FILE_USE_FILE_POINTER_POSITION = -2;

// ReadDirectoryChangesW.
inline constexpr DWORD FILE_NOTIFY_CHANGE_FILE_NAME = 0x001;
inline constexpr DWORD FILE_NOTIFY_CHANGE_DIR_NAME = 0x002;
inline constexpr DWORD FILE_NOTIFY_CHANGE_ATTRIBUTES = 0x004;
inline constexpr DWORD FILE_NOTIFY_CHANGE_SIZE = 0x008;
inline constexpr DWORD FILE_NOTIFY_CHANGE_LAST_WRITE = 0x010;
inline constexpr DWORD FILE_NOTIFY_CHANGE_LAST_ACCESS = 0x020;
inline constexpr DWORD FILE_NOTIFY_CHANGE_CREATION = 0x040;
inline constexpr DWORD FILE_NOTIFY_CHANGE_SECURITY = 0x100;
inline constexpr DWORD FILE_ACTION_ADDED = 1;
inline constexpr DWORD FILE_ACTION_REMOVED = 2;
inline constexpr DWORD FILE_ACTION_MODIFIED = 3;
inline constexpr DWORD FILE_ACTION_RENAMED_OLD_NAME = 4;
inline constexpr DWORD FILE_ACTION_RENAMED_NEW_NAME = 5;

// Reparse tags.
inline constexpr ULONG IO_REPARSE_TAG_MOUNT_POINT = 0xA0000003;
inline constexpr ULONG IO_REPARSE_TAG_SYMLINK = 0xA000000C;
inline constexpr ULONG SYMLINK_FLAG_RELATIVE = 1;

// File system controls ("Volume Management Control Codes", "File Management Control Codes").
inline constexpr ULONG FSCTL_IS_VOLUME_MOUNTED = 0x00090028;
inline constexpr ULONG FSCTL_GET_COMPRESSION = 0x0009003C;
inline constexpr ULONG FSCTL_SET_COMPRESSION = 0x0009C040;
inline constexpr ULONG FSCTL_SET_REPARSE_POINT = 0x000900A4;
inline constexpr ULONG FSCTL_GET_REPARSE_POINT = 0x000900A8;
inline constexpr ULONG FSCTL_DELETE_REPARSE_POINT = 0x000900AC;
inline constexpr ULONG FSCTL_SET_SPARSE = 0x000900C4;
inline constexpr ULONG FSCTL_SET_ZERO_DATA = 0x000980C8;
inline constexpr ULONG FSCTL_QUERY_ALLOCATED_RANGES = 0x000940CF;
inline constexpr ULONG FSCTL_CREATE_OR_GET_OBJECT_ID = 0x000900C0;

// File system flags of GetVolumeInformation.
inline constexpr DWORD FILE_CASE_SENSITIVE_SEARCH = 0x00000001;
inline constexpr DWORD FILE_CASE_PRESERVED_NAMES = 0x00000002;
inline constexpr DWORD FILE_UNICODE_ON_DISK = 0x00000004;
inline constexpr DWORD FILE_SUPPORTS_SPARSE_FILES = 0x00000040;
inline constexpr DWORD FILE_SUPPORTS_REPARSE_POINTS = 0x00000080;
inline constexpr DWORD FILE_NAMED_STREAMS = 0x00040000;
inline constexpr DWORD FILE_SUPPORTS_POSIX_UNLINK_RENAME = 0x00000400;
inline constexpr DWORD FILE_READ_ONLY_VOLUME = 0x00080000;
inline constexpr DWORD FILE_SUPPORTS_HARD_LINKS = 0x00400000;
inline constexpr DWORD FILE_SUPPORTS_OPEN_BY_FILE_ID = 0x01000000;

inline constexpr UINT DRIVE_UNKNOWN = 0;
inline constexpr UINT DRIVE_NO_ROOT_DIR = 1;
inline constexpr UINT DRIVE_FIXED = 3;
