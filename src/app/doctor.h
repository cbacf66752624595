// chimera doctor: what this machine can measure, what is missing, how noisy it is, and what to do about it.
#pragma once

#include "app/commands.h"
#include "cluster/slurm.h"

namespace chimera::app {

struct DoctorCommand {
  double seconds = 20;  // of the A/A test
  bool quick = false;   // three seconds
  bool on_slurm = false;        // the cluster instead of this machine
  cluster::SlurmOptions slurm;  // as work would be handed in
};
// Exit code 1 where something speaks against measuring now.
[[nodiscard]] int doctor_command(const DoctorCommand& command, const CommonOptions& common);

}  // namespace chimera::app
