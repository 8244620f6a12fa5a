#include "core/crypto/key_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "base/random.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "core/crypto/key_derivation.h"
#include "core/path/environment_directory.h"

namespace lsw::crypto {
namespace {

constexpr char kMagic[8] = {'L', 'S', 'W', 'K', 'E', 'Y', '1', 0};
constexpr char kSuffix[] = ".key";

std::string directory() { return path::environment_directory() + "/keys"; }

// A name may have any character, so files are called by its digest.
std::string file_of(const std::string& group, std::u16string_view name) {
    std::u16string folded(name);
    for (char16_t& unit : folded) unit = upcase(unit);
    const auto* at = reinterpret_cast<const uint8_t*>(folded.data());
    auto digest = digest_of(*digest_by_name(u"SHA256"), {ByteSpan(at, folded.size() * 2)});
    std::string out = directory() + "/" + group + "-";
    char text[3];
    for (uint8_t byte : digest.ok() ? *digest : ByteVector()) snprintf(text, sizeof text, "%02x", byte), out += text;
    return out + kSuffix;
}

void put(ByteVector& out, const void* data, size_t size) {
    const auto* at = static_cast<const uint8_t*>(data);
    auto length = static_cast<uint32_t>(size);
    const auto* prefix = reinterpret_cast<const uint8_t*>(&length);
    out.insert(out.end(), prefix, prefix + sizeof length);
    out.insert(out.end(), at, at + size);
}

bool take(ByteSpan& rest, ByteVector& out) {
    uint32_t size = 0;
    if (rest.size() < sizeof size) return false;
    memcpy(&size, rest.data(), sizeof size);
    rest = rest.subspan(sizeof size);
    if (rest.size() < size) return false;
    out.assign(rest.begin(), rest.begin() + size);
    rest = rest.subspan(size);
    return true;
}

bool take(ByteSpan& rest, std::u16string& out) {
    ByteVector bytes;
    if (!take(rest, bytes)) return false;
    out.resize(bytes.size() / 2);
    memcpy(out.data(), bytes.data(), out.size() * 2);
    return true;
}

bool take(ByteSpan& rest, uint32_t& out) {
    ByteVector bytes;
    if (!take(rest, bytes) || bytes.size() != sizeof out) return false;
    memcpy(&out, bytes.data(), sizeof out);
    return true;
}

Result<ByteVector> read_file(const std::string& path) {
    UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd.valid()) return Status(STATUS_OBJECT_NAME_NOT_FOUND);
    ByteVector out(1 << 16);
    ssize_t size = read(fd.get(), out.data(), out.size());
    out.resize(size > 0 ? static_cast<size_t>(size) : 0);
    return out;
}

// Whole or not at all: written beside and linked or renamed into place.
Result<void> write_file(const std::string& file, ByteSpan content, bool replace) {
    path::make_directories(directory());
    chmod(directory().c_str(), 0700);
    uint64_t unique = 0;
    fill_random(&unique, sizeof unique);
    std::string draft = file + "." + std::to_string(unique);
    UniqueFd fd(open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fd.valid()) return Status(STATUS_ACCESS_DENIED);
    bool good = write(fd.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size());
    if (good && replace && rename(draft.c_str(), file.c_str()) == 0) return {};
    bool linked = good && !replace && link(draft.c_str(), file.c_str()) == 0;
    bool exists = good && !replace && errno == EEXIST;
    unlink(draft.c_str());
    return linked ? Status() : Status(exists ? STATUS_OBJECT_NAME_COLLISION : STATUS_ACCESS_DENIED);
}

Result<StoredKey> parse(ByteSpan content) {
    StoredKey key;
    if (content.size() < sizeof kMagic || memcmp(content.data(), kMagic, sizeof kMagic) != 0)
        return Status(STATUS_OBJECT_NAME_NOT_FOUND);
    content = content.subspan(sizeof kMagic);
    if (!take(content, key.name) || !take(content, key.algorithm) || !take(content, key.export_policy) ||
        !take(content, key.usage) || !take(content, key.spec) || !take(content, key.pkcs8))
        return Status(STATUS_OBJECT_NAME_NOT_FOUND);
    return key;
}

}  // namespace

Result<StoredKey> load_key(const std::string& group, std::u16string_view name) {
    return parse(LSW_TRY(read_file(file_of(group, name))));
}

Result<void> save_key(const std::string& group, const StoredKey& key, bool replace) {
    ByteVector content(kMagic, kMagic + sizeof kMagic);
    put(content, key.name.data(), key.name.size() * 2);
    put(content, key.algorithm.data(), key.algorithm.size() * 2);
    for (uint32_t number : {key.export_policy, key.usage, key.spec}) put(content, &number, sizeof number);
    put(content, key.pkcs8.data(), key.pkcs8.size());
    return write_file(file_of(group, key.name), content, replace);
}

Result<void> delete_key(const std::string& group, std::u16string_view name) {
    return unlink(file_of(group, name).c_str()) == 0 ? Status() : Status(STATUS_OBJECT_NAME_NOT_FOUND);
}

std::vector<StoredKey> list_keys(const std::string& group) {
    std::vector<StoredKey> out;
    DIR* open_directory = opendir(directory().c_str());
    if (!open_directory) return out;
    while (dirent* entry = readdir(open_directory)) {
        std::string_view name = entry->d_name;
        if (!name.starts_with(group + "-") || !name.ends_with(kSuffix)) continue;
        auto content = read_file(directory() + "/" + entry->d_name);
        auto key = content.ok() ? parse(*content) : Result<StoredKey>(Status(content.status()));
        if (key.ok()) out.push_back(std::move(*key));
    }
    closedir(open_directory);
    return out;
}

Result<ByteVector> user_secret() {
    constexpr size_t kSize = 32;
    std::string path = directory() + "/master";
    auto known = read_file(path);
    if (!known.ok()) {
        ByteVector fresh(kSize);
        fill_random(fresh.data(), fresh.size());
        auto written = write_file(path, fresh, false);
        if (!written.ok() && written.status() != STATUS_OBJECT_NAME_COLLISION) return Status(written.status());
        known = read_file(path);
    }
    if (!known.ok() || known->size() != kSize) return Status(STATUS_ACCESS_DENIED);
    return known;
}

}  // namespace lsw::crypto
