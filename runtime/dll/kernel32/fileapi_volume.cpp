// fileapi.h: drives and volumes. There are two: C:, the environment, and Z:, the Linux root.
#include "core/file/info.h"
#include "core/path/drive_map.h"
#include "dll/kernel32/file_support.h"
#include "dll/kernel32/kernel32.h"

using namespace lsw;
using namespace lsw::win32;

namespace {

std::u16string volume_root(char16_t letter) { return u"\\\\?\\" + path::volume_name(letter) + u"\\"; }

// The drive letter of a root such as C:\, C: or a volume name; 0 when it is none.
char16_t drive_of(std::u16string_view text) {
    if (text.starts_with(u"\\\\?\\")) {
        text.remove_prefix(4);
        if (char16_t letter = path::take_volume_name(text)) return letter;
    }
    bool drive = text.size() >= 2 && text[1] == u':' && path::drives().root(text[0]);
    return drive ? upcase(text[0]) : u'\0';
}

// The Linux path whose file system is meant: a root or any directory; null means the current drive.
Result<std::string> place(LPCWSTR name) {
    if (!name) {
        std::u16string current = file::current_directory().substr(0, 3);
        return LSW_TRY(target_of(current.c_str())).linux_path;
    }
    path::Target target = LSW_TRY(target_of(name));
    return file::existing_path(target);
}

template <class Char>
BOOL give_volume(const file::VolumeInfo& volume, Char* label, DWORD label_size, LPDWORD serial, LPDWORD component,
                 LPDWORD flags, Char* system, DWORD system_size) {
    if (label && label_size > 0) label[0] = 0;
    if (serial) *serial = volume.serial;
    if (component) *component = volume.maximum_component;
    if (flags) *flags = volume.flags;
    if (system && give(u"NTFS", system, system_size) >= system_size) return set_last_error(ERROR_MORE_DATA), FALSE;
    return TRUE;
}

template <class Char>
BOOL volume_information(LPCWSTR root, Char* label, DWORD label_size, LPDWORD serial, LPDWORD component, LPDWORD flags,
                        Char* system, DWORD system_size) {
    if (root && *root && !path::is_separator(root[length16(root) - 1]))
        return set_last_error(ERROR_INVALID_NAME), FALSE;
    auto at = place(root);
    if (!at.ok()) return set_last_error_from(at.status());
    auto volume = file::volume_of_path(*at);
    if (!volume.ok()) return set_last_error_from(volume.status());
    return give_volume(*volume, label, label_size, serial, component, flags, system, system_size);
}

BOOL free_space(LPCWSTR directory, file::VolumeInfo& out) {
    auto at = place(directory);
    if (!at.ok()) return set_last_error_from(at.status());
    auto volume = file::volume_of_path(*at);
    if (!volume.ok()) return set_last_error_from(volume.status());
    out = *volume;
    return TRUE;
}

}  // namespace

BOOL kernel32::GetVolumeInformationW(LPCWSTR lpRootPathName, LPWSTR lpVolumeNameBuffer, DWORD nVolumeNameSize,
                                     LPDWORD lpVolumeSerialNumber, LPDWORD lpMaximumComponentLength,
                                     LPDWORD lpFileSystemFlags, LPWSTR lpFileSystemNameBuffer,
                                     DWORD nFileSystemNameSize) {
    return volume_information(lpRootPathName, lpVolumeNameBuffer, nVolumeNameSize, lpVolumeSerialNumber,
                              lpMaximumComponentLength, lpFileSystemFlags, lpFileSystemNameBuffer,
                              nFileSystemNameSize);
}

BOOL kernel32::GetVolumeInformationA(LPCSTR lpRootPathName, LPSTR lpVolumeNameBuffer, DWORD nVolumeNameSize,
                                     LPDWORD lpVolumeSerialNumber, LPDWORD lpMaximumComponentLength,
                                     LPDWORD lpFileSystemFlags, LPSTR lpFileSystemNameBuffer,
                                     DWORD nFileSystemNameSize) {
    return volume_information(Wide(lpRootPathName), lpVolumeNameBuffer, nVolumeNameSize, lpVolumeSerialNumber,
                              lpMaximumComponentLength, lpFileSystemFlags, lpFileSystemNameBuffer,
                              nFileSystemNameSize);
}

BOOL kernel32::GetVolumeInformationByHandleW(HANDLE hFile, LPWSTR lpVolumeNameBuffer, DWORD nVolumeNameSize,
                                             LPDWORD lpVolumeSerialNumber, LPDWORD lpMaximumComponentLength,
                                             LPDWORD lpFileSystemFlags, LPWSTR lpFileSystemNameBuffer,
                                             DWORD nFileSystemNameSize) {
    auto file = file_object(hFile);
    if (!file.ok()) return set_last_error_from(file.status());
    auto volume = (*file)->is_builtin() ? file::volume_of_path((*file)->current_path())
                                        : file::volume_of_fd((*file)->fd());
    if (!volume.ok()) return set_last_error_from(volume.status());
    return give_volume(*volume, lpVolumeNameBuffer, nVolumeNameSize, lpVolumeSerialNumber, lpMaximumComponentLength,
                       lpFileSystemFlags, lpFileSystemNameBuffer, nFileSystemNameSize);
}

BOOL kernel32::GetDiskFreeSpaceExW(LPCWSTR lpDirectoryName, PULARGE_INTEGER lpFreeBytesAvailableToCaller,
                                   PULARGE_INTEGER lpTotalNumberOfBytes, PULARGE_INTEGER lpTotalNumberOfFreeBytes) {
    file::VolumeInfo volume;
    if (!free_space(lpDirectoryName, volume)) return FALSE;
    if (lpFreeBytesAvailableToCaller) lpFreeBytesAvailableToCaller->QuadPart = volume.available_bytes;
    if (lpTotalNumberOfBytes) lpTotalNumberOfBytes->QuadPart = volume.total_bytes;
    if (lpTotalNumberOfFreeBytes) lpTotalNumberOfFreeBytes->QuadPart = volume.free_bytes;
    return TRUE;
}

BOOL kernel32::GetDiskFreeSpaceExA(LPCSTR lpDirectoryName, PULARGE_INTEGER lpFreeBytesAvailableToCaller,
                                   PULARGE_INTEGER lpTotalNumberOfBytes, PULARGE_INTEGER lpTotalNumberOfFreeBytes) {
    return GetDiskFreeSpaceExW(Wide(lpDirectoryName), lpFreeBytesAvailableToCaller, lpTotalNumberOfBytes,
                               lpTotalNumberOfFreeBytes);
}

BOOL kernel32::GetDiskFreeSpaceW(LPCWSTR lpRootPathName, LPDWORD lpSectorsPerCluster, LPDWORD lpBytesPerSector,
                                 LPDWORD lpNumberOfFreeClusters, LPDWORD lpTotalNumberOfClusters) {
    file::VolumeInfo volume;
    if (!free_space(lpRootPathName, volume)) return FALSE;
    // Counts are 32 bits wide: larger disks get larger clusters, as on Windows.
    uint64_t unit = volume.cluster_bytes;
    while (volume.total_bytes / unit > 0xFFFFFFF0u) unit *= 2;
    if (lpSectorsPerCluster) *lpSectorsPerCluster = static_cast<DWORD>(unit / 512);
    if (lpBytesPerSector) *lpBytesPerSector = 512;
    if (lpNumberOfFreeClusters) *lpNumberOfFreeClusters = static_cast<DWORD>(volume.available_bytes / unit);
    if (lpTotalNumberOfClusters) *lpTotalNumberOfClusters = static_cast<DWORD>(volume.total_bytes / unit);
    return TRUE;
}

BOOL kernel32::GetDiskFreeSpaceA(LPCSTR lpRootPathName, LPDWORD lpSectorsPerCluster, LPDWORD lpBytesPerSector,
                                 LPDWORD lpNumberOfFreeClusters, LPDWORD lpTotalNumberOfClusters) {
    return GetDiskFreeSpaceW(Wide(lpRootPathName), lpSectorsPerCluster, lpBytesPerSector, lpNumberOfFreeClusters,
                             lpTotalNumberOfClusters);
}

UINT kernel32::GetDriveTypeW(LPCWSTR lpRootPathName) {
    std::u16string current;
    if (!lpRootPathName) {
        current = file::current_directory();
        lpRootPathName = current.c_str();
    }
    std::u16string_view text(lpRootPathName);
    if (drive_of(text) == 0) return DRIVE_NO_ROOT_DIR;
    if (text.size() > 3) {
        DWORD attributes = GetFileAttributesW(lpRootPathName);
        if (attributes == INVALID_FILE_ATTRIBUTES) return DRIVE_NO_ROOT_DIR;
    }
    return DRIVE_FIXED;
}

UINT kernel32::GetDriveTypeA(LPCSTR lpRootPathName) { return GetDriveTypeW(Wide(lpRootPathName)); }

DWORD kernel32::GetLogicalDrives() { return path::drives().mask(); }

DWORD kernel32::GetLogicalDriveStringsW(DWORD nBufferLength, LPWSTR lpBuffer) {
    constexpr std::u16string_view kText(u"C:\\\0Z:\\\0", 8);
    if (nBufferLength < kText.size() + 1) return kText.size() + 1;
    memcpy(lpBuffer, kText.data(), kText.size() * 2);
    lpBuffer[kText.size()] = 0;
    return kText.size();
}

DWORD kernel32::GetLogicalDriveStringsA(DWORD nBufferLength, LPSTR lpBuffer) {
    constexpr std::string_view kText("C:\\\0Z:\\\0", 8);
    if (nBufferLength < kText.size() + 1) return kText.size() + 1;
    memcpy(lpBuffer, kText.data(), kText.size());
    lpBuffer[kText.size()] = 0;
    return kText.size();
}

BOOL kernel32::GetVolumePathNameW(LPCWSTR lpszFileName, LPWSTR lpszVolumePathName, DWORD cchBufferLength) {
    if (!lpszFileName || !*lpszFileName) return set_last_error(ERROR_INVALID_PARAMETER), FALSE;
    auto full = full_path_of(lpszFileName);
    if (!full.ok()) return set_last_error_from(full.status());
    std::u16string_view text(*full);
    if (text.starts_with(u"\\\\?\\")) text.remove_prefix(4);
    char16_t letter = drive_of(text);
    if (letter == 0) return set_last_error(ERROR_PATH_NOT_FOUND), FALSE;
    char16_t root[] = {text[0], u':', u'\\'};
    if (give({root, 3}, lpszVolumePathName, cchBufferLength) >= cchBufferLength)
        return set_last_error(ERROR_FILENAME_EXCED_RANGE), FALSE;
    return TRUE;
}

BOOL kernel32::GetVolumeNameForVolumeMountPointW(LPCWSTR lpszVolumeMountPoint, LPWSTR lpszVolumeName,
                                                 DWORD cchBufferLength) {
    std::u16string_view text(lpszVolumeMountPoint ? lpszVolumeMountPoint : u"");
    char16_t letter = drive_of(text);
    if (letter == 0 || text.back() != u'\\' || text.size() != 3)
        return set_last_error(ERROR_INVALID_NAME), FALSE;
    if (give(volume_root(letter), lpszVolumeName, cchBufferLength) >= cchBufferLength)
        return set_last_error(ERROR_FILENAME_EXCED_RANGE), FALSE;
    return TRUE;
}

BOOL kernel32::GetVolumePathNamesForVolumeNameW(LPCWSTR lpszVolumeName, LPWCH lpszVolumePathNames,
                                                DWORD cchBufferLength, PDWORD lpcchReturnLength) {
    char16_t letter = lpszVolumeName ? drive_of(lpszVolumeName) : 0;
    if (letter == 0) return set_last_error(ERROR_INVALID_NAME), FALSE;
    char16_t names[] = {letter, u':', u'\\', 0, 0};
    if (lpcchReturnLength) *lpcchReturnLength = 5;
    if (cchBufferLength < 5) return set_last_error(ERROR_MORE_DATA), FALSE;
    memcpy(lpszVolumePathNames, names, sizeof names);
    return TRUE;
}

DWORD kernel32::QueryDosDeviceW(LPCWSTR lpDeviceName, LPWSTR lpTargetPath, DWORD ucchMax) {
    std::u16string out;
    if (!lpDeviceName) {
        out = std::u16string(u"C:\0Z:\0NUL\0CON\0PIPE\0", 20);
    } else if (equal_ignore_case(std::u16string_view(lpDeviceName), u"C:")) {
        out = std::u16string(u"\\Device\\HarddiskVolume1\0", 24);
    } else if (equal_ignore_case(std::u16string_view(lpDeviceName), u"Z:")) {
        out = std::u16string(u"\\Device\\HarddiskVolume2\0", 24);
    } else if (equal_ignore_case(std::u16string_view(lpDeviceName), u"NUL")) {
        out = std::u16string(u"\\Device\\Null\0", 13);
    } else {
        return set_last_error(ERROR_FILE_NOT_FOUND), 0;
    }
    out.push_back(u'\0');
    if (out.size() > ucchMax) return set_last_error(ERROR_INSUFFICIENT_BUFFER), 0;
    memcpy(lpTargetPath, out.data(), out.size() * 2);
    return static_cast<DWORD>(out.size());
}
