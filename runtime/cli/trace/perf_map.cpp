#include "cli/trace/perf_map.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <unordered_map>

#include "api/facade.h"
#include "base/unique_fd.h"
#include "cli/trace/process.h"
#include "cli/trace/symbols.h"

namespace lsw::cli::trace {
namespace {

class PerfMap : public Sink {
public:
    void take(const Event& event) override {
        if (event.kind != Event::Kind::kModule || event.words.size() < 2) return;
        UniqueFd& file = file_of(event.process->pid());
        if (!file.valid()) return;
        bool is_file = event.text.find('/') != event.text.npos;
        auto facade = api::facade_image(event.text);
        ImageSymbols symbols = is_file ? ImageSymbols::read_pe(event.text)
                                       : ImageSymbols::read_mapped_pe(facade.data(), facade.size());
        std::string module = event.text.substr(event.text.rfind('/') + 1), text;
        const auto& names = symbols.names();
        for (auto symbol = names.begin(); symbol != names.end(); ++symbol) {
            auto next = std::next(symbol);
            uint64_t end = next == names.end() ? event.words[1] : next->first;
            if (symbol->first >= event.words[1] || end <= symbol->first) continue;
            char place[48];
            snprintf(place, sizeof place, "%llx %llx ", static_cast<unsigned long long>(event.words[0] + symbol->first),
                     static_cast<unsigned long long>(end - symbol->first));
            text.append(place).append(module).append("!").append(symbol->second).append("\n");
        }
        if (write(file.get(), text.data(), text.size()) < 0) file = UniqueFd();
    }

private:
    // A new file: in a directory that everybody writes to, another's link must not be followed.
    UniqueFd& file_of(int pid) {
        auto found = files_.find(pid);
        if (found != files_.end()) return found->second;
        std::string path = "/tmp/perf-" + std::to_string(pid) + ".map";
        unlink(path.c_str());
        UniqueFd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644));
        if (!file.valid()) fprintf(stderr, "lsw: trace: %s cannot be written\n", path.c_str());
        return files_.emplace(pid, std::move(file)).first->second;
    }

    std::unordered_map<int, UniqueFd> files_;
};

}  // namespace

std::unique_ptr<Sink> make_perf_map() { return std::make_unique<PerfMap>(); }

}  // namespace lsw::cli::trace
