#!/usr/bin/env bash
# cuda.sh DEPS: nvcc and the libraries of CUDA into DEPS/cuda (5 GB unpacked), once, and beside them a hard-linked
# copy of LibTorch: libtorch_cuda looks for CUDA's libraries in ../../nvidia. No driver and no GPU is needed.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
deps=$1
"$here/wheels.sh" "$here/cuda-wheels.txt" "$deps/cuda"
torch=$deps/cuda/torch
[ -e "$torch/lib/libtorch_cuda.so" ] && [ "$torch/lib/libtorch_cuda.so" -ef "$deps/wheels/torch/lib/libtorch_cuda.so" ] && exit 0

# Unpacking keeps no permissions, and nvcc looks for its libraries in lib64.
toolkit=$deps/cuda/nvidia/cu13
chmod 755 "$toolkit"/bin/* "$toolkit"/nvvm/bin/*
ln -sfn lib "$toolkit/lib64"
rm -rf "$torch"
partial=$(mktemp -d "$deps/cuda/torch.partial-XXXXXX")
chmod 755 "$partial"
cp -al "$deps/wheels/torch/lib" "$deps/wheels/torch/include" "$partial/"
mv -T "$partial" "$torch"
