#include "cli/trace/flame.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <unordered_map>

#include "api/trace/connection.h"
#include "cli/trace/lines.h"
#include "cli/trace/output.h"
#include "cli/trace/session.h"
#include "cli/trace/symbols.h"

extern "C" const char lsw_flame_page[], lsw_flame_page_end[];

namespace lsw::cli::trace {
namespace {

struct Node {
    std::map<std::string, Node> children;
    double weight = 0;
};

struct HostRange {
    uint64_t start, end, offset;
    std::string path;
};

class Flame : public Sink {
public:
    Flame(const Session& session, const std::string& path) : session_(session), output_(path) {}

    void take(const Event& event) override {
        if (event.kind == Event::Kind::kProcessStart) read_maps(event.process->pid());
        if (event.kind != Event::Kind::kStack || event.words.size() < 2) return;
        bool in_call = event.last_error == 1;
        double weight = in_call ? session_.clock().ns(event.words[0]) / 1e3 : static_cast<double>(event.words[0]);
        Node* node = &roots_[in_call ? 1 : 0];
        node->weight += weight;
        auto step = [&](const std::string& name) {
            node = &node->children[name];
            node->weight += weight;
        };
        const std::string& program = event.process->program();
        step(program.empty() ? std::to_string(event.process->pid()) : program);
        for (size_t i = event.words.size(); i-- > 1;) step(name_of(*event.process, event.words[i]));
    }

    void finish() override {
        std::string page(lsw_flame_page, lsw_flame_page_end);
        std::string data = "[";
        write_node("on the CPU", roots_[0], data, 0);
        data += ",";
        write_node("in calls of 0.1 ms and more", roots_[1], data, 0);
        data += "]";
        constexpr std::string_view kMark = "/*DATA*/[]";
        size_t at = page.find(kMark);
        if (at != page.npos) page.replace(at, kMark.size(), data);
        output_.write(page);
        output_.flush();
    }

private:
    // Where our own binary and libraries lie in the process; PE images it reports itself.
    void read_maps(int pid) {
        std::string path = "/proc/" + std::to_string(pid) + "/maps";
        FILE* maps = fopen(path.c_str(), "r");
        if (!maps) return;
        std::vector<HostRange>& ranges = host_[pid];
        ranges.clear();
        char line[4400], name[4096], flags[8];
        unsigned long long start, end, offset;
        while (fgets(line, sizeof line, maps)) {
            name[0] = 0;
            if (sscanf(line, "%llx-%llx %7s %llx %*s %*s %4095[^\n]", &start, &end, flags, &offset, name) < 4) continue;
            if (flags[2] == 'x') ranges.push_back({start, end, offset, name});
        }
        fclose(maps);
    }

    std::string name_of(const TracedProcess& process, uint64_t address) {
        if ((address & kCallAddress) == kCallAddress) {
            size_t call = address & 0xFFFF;
            return call < session_.catalogue().size() ? std::string(session_.catalogue()[call].name) : "?";
        }
        for (const ModuleRange& module : process.modules) {
            if (address - module.base >= module.size_bytes) continue;
            std::string base = module.path.substr(module.path.rfind('/') + 1);
            bool file = module.path.find('/') != module.path.npos;
            std::string name = file ? symbols_.image(module.path, false).find(address - module.base) : "";
            return name.empty() ? base : base + "!" + demangled(name);
        }
        return host_name(process.pid(), address);
    }

    std::string host_name(int pid, uint64_t address) {
        for (const HostRange& range : host_[pid]) {
            if (address < range.start || address >= range.end) continue;
            std::string base = range.path.substr(range.path.rfind('/') + 1);
            if (range.path.empty() || range.path[0] != '/') return base.empty() ? "generated code" : base;
            std::string name = symbols_.image(range.path, true).find(address - range.start + range.offset + bias(range));
            return name.empty() ? base : base + "!" + name;
        }
        return "generated code";
    }

    // The distance between addresses and file offsets of the executable segment.
    uint64_t bias(const HostRange& range) {
        auto found = biases_.find(range.path);
        if (found != biases_.end()) return found->second;
        return biases_[range.path] = elf_address_bias(range.path, range.offset);
    }

    void write_node(const std::string& name, const Node& node, std::string& out, int depth) {
        char number[32];
        snprintf(number, sizeof number, ",%.0f,[", node.weight);
        out += "[" + json_quoted(name) + number;
        const char* comma = "";
        constexpr int kMostDepth = 200;
        if (depth < kMostDepth)
            for (const auto& [child, below] : node.children) {
                out += comma;
                comma = ",";
                write_node(child, below, out, depth + 1);
            }
        out += "]]";
    }

    const Session& session_;
    Output output_;
    SymbolCache symbols_;
    Node roots_[2];
    std::unordered_map<int, std::vector<HostRange>> host_;
    std::unordered_map<std::string, uint64_t> biases_;
};

}  // namespace

std::unique_ptr<Sink> make_flame(const Session& session, const std::string& path) {
    return std::make_unique<Flame>(session, path);
}

}  // namespace lsw::cli::trace
