#include "cli/trace/lines.h"

#include <cstdio>

#include "base/status.h"
#include "base/text.h"
#include "cli/trace/session.h"

namespace lsw::cli::trace {
namespace {

std::string exception_name(uint32_t code) {
    if (const char* name = status_name(static_cast<NTSTATUS>(code))) return name;
    constexpr uint32_t kCxxException = 0xE06D7363;
    char text[16];
    snprintf(text, sizeof text, "0x%08X", code);
    return code == kCxxException ? "C++ exception" : text;
}

bool is_call(const Event& event) {
    return event.kind == Event::Kind::kCall || event.kind == Event::Kind::kUnfinished;
}

bool is_failure(const Catalogue& catalogue, const Event& event) {
    if (event.kind == Event::Kind::kException) return true;
    return event.kind == Event::Kind::kCall && call_failed(catalogue[event.call], event.result);
}

class Lines : public Sink {
public:
    Lines(const Session& session, Output& output, bool failed_only)
        : session_(session), output_(output), failed_only_(failed_only) {}

    void take(const Event& event) override {
        if (failed_only_ && !is_failure(session_.catalogue(), event)) return;
        line_.clear();
        prefix(event);
        if (is_call(event)) call(event);
        else if (!other(event)) return;
        line_ += '\n';
        output_.write(line_);
    }
    void finish() override { output_.flush(); }

private:
    // The thread alone while there is one process; else process and thread.
    void prefix(const Event& event) {
        if (session_.process_count() > 1) {
            append_number(line_, static_cast<uint64_t>(event.process->pid()));
            line_ += '/';
        }
        append_number(line_, static_cast<uint64_t>(event.tid));
        line_ += "  ";
        line_.append(std::min<size_t>(event.depth, 20) * 2, ' ');
    }

    void call(const Event& event) {
        const Call& call = session_.catalogue()[event.call];
        line_ += call.name;
        line_ += '(';
        for (size_t i = 0; i < event.words.size(); ++i) {
            if (i) line_ += ", ";
            append_argument(line_, call, event, i, event.process->handles);
        }
        if (call.variadic) line_ += event.words.empty() ? "..." : ", ...";
        line_ += ')';
        if (event.kind == Event::Kind::kUnfinished) {
            line_ += " = ?";
            return;
        }
        line_ += ' ';
        size_t before = line_.size();
        append_result(line_, call, event, event.process->handles);
        if (line_.size() == before) line_.pop_back();
        duration(session_.clock().ns(event.end - event.start));
    }

    // " <0.000022>", rounded as printf rounds.
    void duration(double ns) {
        auto us = static_cast<uint64_t>(ns / 1e3 + 0.5);
        char digits[] = "000000";
        uint64_t part = us % 1'000'000;
        for (size_t i = 6; i-- > 0; part /= 10) digits[i] = static_cast<char>('0' + part % 10);
        line_ += " <";
        append_number(line_, us / 1'000'000);
        line_ += '.';
        line_ += digits;
        line_ += '>';
    }

    bool other(const Event& event) {
        char text[96];
        switch (event.kind) {
            case Event::Kind::kException:
                snprintf(text, sizeof text, "--- exception %s at %s", exception_name(event.last_error).c_str(),
                         place_of(*event.process, event.words[0]).c_str());
                line_ += text;
                if (event.last_error == 0xC0000005 && event.words.size() > 2) {
                    snprintf(text, sizeof text, " (%s 0x%llx)", event.words[1] == 1 ? "writing" : event.words[1] == 8
                             ? "executing" : "reading", static_cast<unsigned long long>(event.words[2]));
                    line_ += text;
                }
                line_ += " ---";
                return true;
            case Event::Kind::kProcessEnd:
                line_ += "+++ ended +++";
                return true;
            default: return false;
        }
    }

    const Session& session_;
    Output& output_;
    const bool failed_only_;
    std::string line_;
};

class JsonLines : public Sink {
public:
    JsonLines(const Session& session, Output& output, bool failed_only)
        : session_(session), output_(output), failed_only_(failed_only) {}

    void take(const Event& event) override {
        if (!is_call(event) && event.kind != Event::Kind::kException) return;
        if (failed_only_ && !is_failure(session_.catalogue(), event)) return;
        char text[160];
        snprintf(text, sizeof text, "{\"pid\": %d, \"tid\": %d, \"time_us\": %.3f, ", event.process->pid(), event.tid,
                 session_.clock().since_start_ns(event.start) / 1e3);
        line_ = text;
        if (is_call(event)) call(event);
        else line_ += "\"exception\": " + json_quoted(exception_name(event.last_error)) +
                      ", \"at\": " + json_quoted(place_of(*event.process, event.words[0])) + "}";
        line_ += '\n';
        output_.write(line_);
    }
    void finish() override { output_.flush(); }

private:
    void call(const Event& event) {
        const Call& call = session_.catalogue()[event.call];
        line_ += "\"dll\": " + json_quoted(call.dll) + ", \"call\": " + json_quoted(call.name) + ", \"class\": \"" +
                 class_name(call.call_class) + "\", \"arguments\": {";
        for (size_t i = 0; i < event.words.size(); ++i) {
            std::string name(call.parameters[i].name);
            if (name.empty()) name = std::to_string(i);
            line_ += (i ? ", " : "") + json_quoted(name) + ": " +
                     json_quoted(argument_text(call, event, i, event.process->handles));
        }
        line_ += "}";
        if (event.kind == Event::Kind::kUnfinished) {
            line_ += ", \"returned\": false}";
            return;
        }
        std::string result = result_text(call, event, event.process->handles);
        if (!result.empty()) line_ += ", \"result\": " + json_quoted(result.substr(2));
        char text[80];
        snprintf(text, sizeof text, ", \"failed\": %s, \"duration_us\": %.3f}",
                 call_failed(call, event.result) ? "true" : "false", session_.clock().ns(event.end - event.start) / 1e3);
        line_ += text;
    }

    const Session& session_;
    Output& output_;
    const bool failed_only_;
    std::string line_;
};

}  // namespace

std::string place_of(const TracedProcess& process, uint64_t address) {
    char text[32];
    for (const ModuleRange& module : process.modules) {
        if (address - module.base >= module.size_bytes) continue;
        snprintf(text, sizeof text, "+0x%llx", static_cast<unsigned long long>(address - module.base));
        return module.path.substr(module.path.rfind('/') + 1) + text;
    }
    snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(address));
    return text;
}

std::string json_quoted(std::string_view text) {
    std::string out = "\"";
    for (char c : utf8_from_utf16(utf16_from_utf8(text))) {
        auto byte = static_cast<unsigned char>(c);
        char escape[8];
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7F) {
            snprintf(escape, sizeof escape, "\\u%04x", byte);
            out += escape;
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::unique_ptr<Sink> make_lines(const Session& session, Output& output, bool failed_only) {
    return std::make_unique<Lines>(session, output, failed_only);
}
std::unique_ptr<Sink> make_json_lines(const Session& session, Output& output, bool failed_only) {
    return std::make_unique<JsonLines>(session, output, failed_only);
}

}  // namespace lsw::cli::trace
