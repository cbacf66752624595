#include "measure/probe.h"

namespace chimera::measure {

Probe::Probe(const base::Clock& clock, std::size_t reserve) : clock_(&clock) { times_.texts.reserve(reserve); }

void Probe::on_event(engines::Event event) {
  const base::Nanoseconds now = clock_->steady();
  switch (event) {
    case engines::Event::sent:
      if (!times_.first_sent) times_.first_sent = now;
      times_.sent = now;
      return;
    case engines::Event::loaded: times_.loaded = now; return;
    case engines::Event::prefilled: times_.prefilled = now; return;
  }
}

void Probe::on_text(std::string_view text, engines::Channel channel, std::optional<std::uint32_t> tokens) {
  times_.texts.push_back({clock_->steady(), static_cast<std::uint32_t>(text.size()), tokens, channel});
}

void Probe::end() { times_.ended = clock_->steady(); }

}  // namespace chimera::measure
