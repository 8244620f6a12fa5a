// What handles of FindFirstFile and FindFirstStreamW refer to: FindClose takes either, the others their own.
#pragma once

#include "object/object.h"

namespace lsw::win32 {

class FindFiles;
class FindStreams;

class FindObject : public Object {
public:
    static constexpr ObjectType kType = ObjectType::FindFile;
    FindObject() : Object(kType) {}
    virtual FindFiles* as_files() { return nullptr; }
    virtual FindStreams* as_streams() { return nullptr; }
};

}  // namespace lsw::win32
