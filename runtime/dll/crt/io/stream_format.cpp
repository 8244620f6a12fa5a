// printf to streams and scanf from them.
#include "dll/crt/io/io.h"

namespace lsw::crt {
namespace {

// Collects what goes to a stream without a buffer, so that one call of printf is one write.
template <class C>
class StreamSink final : public Sink<C> {
public:
    StreamSink(Streams& streams, CrtIob* stream)
        : streams_(streams), stream_(stream), collect_(streams.unbuffered(stream)) {}

    void write(const C* text, size_t count) override {
        if (!collect_) {
            send(text, count);
            return;
        }
        while (count > 0) {
            size_t part = std::min(count, kRoom - size_);
            std::copy_n(text, part, chunk_ + size_);
            size_ += part;
            text += part;
            count -= part;
            if (size_ == kRoom) flush();
        }
    }
    bool finish() {
        flush();
        return !this->failed_;
    }

private:
    static constexpr size_t kRoom = 512;

    void flush() {
        send(chunk_, size_);
        size_ = 0;
    }
    void send(const C* text, size_t count) {
        if (count == 0 || this->failed_) return;
        if constexpr (sizeof(C) == 1)
            this->failed_ = streams_.write(text, count, stream_) != count;
        else
            this->failed_ = !streams_.put_wide_text(text, count, stream_);
    }

    Streams& streams_;
    CrtIob* stream_;
    bool collect_;
    size_t size_ = 0;
    C chunk_[kRoom];
};

template <class C>
class StreamSource final : public Source<C> {
public:
    StreamSource(Streams& streams, CrtIob* stream) : streams_(streams), stream_(stream) {}
    int get() override {
        if constexpr (sizeof(C) == 1) return streams_.get(stream_);
        int unit = streams_.get_wide(stream_);
        return unit == Streams::kWideEnd ? Source<C>::kEnd : unit;
    }
    void unget(int unit) override {
        if (unit == Source<C>::kEnd) return;
        if constexpr (sizeof(C) == 1)
            streams_.unget(unit, stream_);
        else
            streams_.unget_wide(unit, stream_);
    }

private:
    Streams& streams_;
    CrtIob* stream_;
};

}  // namespace

template <class C>
int print_to_stream(Io& io, CrtIob* stream, const C* format, MsVaList args,
                    const PrintOptions& options) {
    if (stream == nullptr || format == nullptr) {
        io.invalid();
        return -1;
    }
    PrintResult result;
    bool sent;
    {
        StreamLock lock(io.streams, stream);
        StreamSink<C> sink(io.streams, stream);
        result = format_print(static_cast<Sink<C>&>(sink), format, args, options);
        sent = sink.finish();
    }
    if (result.error == kEINVAL)
        io.invalid();
    else if (result.error != 0)
        guest_errno() = result.error;
    return sent ? result.count : -1;
}

template <class C>
int scan_stream(Io& io, CrtIob* stream, const C* format, MsVaList args,
                const ScanOptions& options) {
    if (stream == nullptr || format == nullptr) {
        io.invalid();
        return -1;
    }
    StreamLock lock(io.streams, stream);
    StreamSource<C> source(io.streams, stream);
    ScanResult result = format_scan<C>(source, format, args, options);
    if (result.error != 0) guest_errno() = result.error;
    return result.count;
}

template int print_to_stream<char>(Io&, CrtIob*, const char*, MsVaList, const PrintOptions&);
template int print_to_stream<char16_t>(Io&, CrtIob*, const char16_t*, MsVaList,
                                       const PrintOptions&);
template int scan_stream<char>(Io&, CrtIob*, const char*, MsVaList, const ScanOptions&);
template int scan_stream<char16_t>(Io&, CrtIob*, const char16_t*, MsVaList, const ScanOptions&);

}  // namespace lsw::crt
