// The name of an alternate data stream behind a file's: "a\b.txt:name" and "a\b.txt:name:$DATA".
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace lsw::path {

// Takes the stream's name off the last component of `path`; `stream` stays empty where there is none and for the file's
// own data, "::$DATA". Errors: STATUS_OBJECT_NAME_INVALID, also for types other than $DATA.
Status take_stream(std::u16string_view& path, std::string& stream);

}  // namespace lsw::path
