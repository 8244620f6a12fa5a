#include "cli/trace/flame.h"

namespace lsw::cli::trace {
namespace {
class Flame : public Sink {
public:
    void take(const Event&) override {}
};
}  // namespace
std::unique_ptr<Sink> make_flame(const Session&, const std::string&) { return std::make_unique<Flame>(); }
}  // namespace lsw::cli::trace
