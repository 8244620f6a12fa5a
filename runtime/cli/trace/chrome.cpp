#include "cli/trace/chrome.h"

#include <cstdio>

#include "cli/trace/lines.h"
#include "cli/trace/output.h"
#include "cli/trace/session.h"

namespace lsw::cli::trace {
namespace {

class Chrome : public Sink {
public:
    Chrome(const Session& session, const std::string& path) : session_(session), output_(path) {
        output_.write("{\"displayTimeUnit\": \"ns\", \"traceEvents\": [");
    }

    void take(const Event& event) override {
        char text[160];
        double start_us = session_.clock().since_start_ns(event.start) / 1e3;
        if (event.kind == Event::Kind::kModule && event.process->program() != "" && !named(event.process->pid())) {
            snprintf(text, sizeof text, "{\"ph\": \"M\", \"name\": \"process_name\", \"pid\": %d, \"args\": {\"name\": ",
                     event.process->pid());
            put(text + json_quoted(event.process->program()) + "}}");
            return;
        }
        bool unfinished = event.kind == Event::Kind::kUnfinished;
        if (event.kind == Event::Kind::kException) {
            snprintf(text, sizeof text, "{\"ph\": \"i\", \"s\": \"t\", \"name\": \"exception 0x%08X\", \"pid\": %d, "
                     "\"tid\": %d, \"ts\": %.3f}", event.last_error, event.process->pid(), event.tid, start_us);
            put(text);
        }
        if (event.kind != Event::Kind::kCall && !unfinished) return;
        const Call& call = session_.catalogue()[event.call];
        double duration_us = session_.clock().ns(event.end - event.start) / 1e3;
        snprintf(text, sizeof text, "\"ph\": \"X\", \"pid\": %d, \"tid\": %d, \"ts\": %.3f, \"dur\": %.3f, \"args\": {",
                 event.process->pid(), event.tid, start_us, duration_us);
        std::string line = "{\"name\": " + json_quoted(call.name) + ", \"cat\": \"" + class_name(call.call_class) +
                           "\", " + text;
        for (size_t i = 0; i < event.words.size(); ++i) {
            std::string name(call.parameters[i].name);
            if (name.empty()) name = std::to_string(i);
            line += json_quoted(name) + ": " + json_quoted(argument_text(call, event, i, event.process->handles)) + ", ";
        }
        std::string result = unfinished ? "= ?" : result_text(call, event, event.process->handles);
        line += "\"result\": " + json_quoted(result.size() > 2 ? result.substr(2) : "") + "}}";
        put(line);
    }
    void finish() override {
        output_.write("\n]}\n");
        output_.flush();
    }

private:
    bool named(int pid) {
        for (int known : named_)
            if (known == pid) return true;
        named_.push_back(pid);
        return false;
    }
    void put(const std::string& line) {
        output_.write(first_ ? "\n" : ",\n");
        first_ = false;
        output_.write(line);
    }

    const Session& session_;
    Output output_;
    std::vector<int> named_;
    bool first_ = true;
};

}  // namespace

std::unique_ptr<Sink> make_chrome(const Session& session, const std::string& path) {
    return std::make_unique<Chrome>(session, path);
}

}  // namespace lsw::cli::trace
