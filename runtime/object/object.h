// Object: what a handle refers to. Reference counted; Ref<T> owns one reference.
// Rules: an object's own state carries its own lock; see README.md in this folder for the order of locks.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "abi/types.h"

namespace lsw {

enum class ObjectType : uint8_t {
    Event,
    Mutant,
    Semaphore,
    Timer,
    Thread,
    Process,
    File,  // files, directories, pipes, console and devices: everything NtReadFile may be called on
    Section,
    Key,
    Job,
    IoCompletion,
    WaitCompletionPacket,
    Directory,
    SymbolicLink,
    Token,
    FindFile,  // FindFirstFile handles of ours
    WorkerFactory,
    RemoteThread,  // first thread of a child process; NT's name is Thread
    Snapshot,      // CreateToolhelp32Snapshot; a Section on Windows
    Other,
};

const char* object_type_name(ObjectType type);  // NT's name: "Event", "IoCompletion"

struct Waitable;  // core/wait: what makes an object's handle fit for a wait

class Object {
public:
    explicit Object(ObjectType type) : type_(type) {}
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;

    ObjectType type() const { return type_; }
    void retain() { references_.fetch_add(1, std::memory_order_relaxed); }
    void release() {
        if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
    }

    // How a wait sees this object; nullptr when it cannot be waited for.
    virtual Waitable* waitable() { return nullptr; }

    // The last handle of this process to the object was closed (it may live on through references).
    virtual void on_last_handle_closed() {}

protected:
    virtual ~Object() = default;

private:
    friend class HandleTable;
    std::atomic<uint32_t> references_{1};
    std::atomic<uint32_t> handles_{0};
    const ObjectType type_;
};

template <class T>
class Ref {
public:
    Ref() = default;
    Ref(std::nullptr_t) {}  // NOLINT
    // Takes over the reference that a new object is born with.
    static Ref adopt(T* object) { return Ref(object); }
    // Adds a reference.
    static Ref share(T* object) {
        if (object) object->retain();
        return Ref(object);
    }
    Ref(const Ref& other) : object_(other.object_) {
        if (object_) object_->retain();
    }
    Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    template <class U>
    Ref(Ref<U>&& other) noexcept : object_(other.detach()) {}  // NOLINT
    Ref& operator=(Ref other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ref() {
        if (object_) object_->release();
    }

    T* get() const { return object_; }
    T* operator->() const { return object_; }
    T& operator*() const { return *object_; }
    explicit operator bool() const { return object_ != nullptr; }
    T* detach() { return std::exchange(object_, nullptr); }

private:
    explicit Ref(T* object) : object_(object) {}
    T* object_ = nullptr;
};

template <class T, class... Arguments>
Ref<T> make_object(Arguments&&... arguments) {
    return Ref<T>::adopt(new T(std::forward<Arguments>(arguments)...));
}

}  // namespace lsw
