/** Where a private daemon keeps everything: a volume, which goes with the run or is kept as a store. */
export const DATA_ROOT = '/var/lib/docker';

/**
 * What starts a private daemon, with dockerd's arguments as its own. Packets of its containers must fit through the network that the
 * daemon itself is on. dockerd asks the containerd that it starts once, too early, and again a second later; one that answers already
 * saves that second. It gets what dockerd would give it, so a store is the same whoever started it, and where an image has none of that
 * name dockerd does as usual.
 */
export const START: string = `mtu=$(cat /sys/class/net/eth0/mtu 2>/dev/null || echo 1500)
at=/run/docker/containerd
case " $*" in *" --containerd="*) ;; *)
  if command -v containerd >/dev/null; then
    mkdir -p $at
    rm -f $at/containerd.sock
    printf '%s\\n' 'version = 2' 'disabled_plugins = ["io.containerd.grpc.v1.cri"]' >$at/config.toml
    containerd --config $at/config.toml --log-level warn --root ${DATA_ROOT}/containerd/daemon --state $at/daemon --address $at/containerd.sock &
    until [ -S $at/containerd.sock ] || ! kill -0 $! 2>/dev/null; do sleep 0.01; done
    [ ! -S $at/containerd.sock ] || set -- "$@" --containerd=$at/containerd.sock
  fi
esac
exec dockerd-entrypoint.sh "$@" --mtu="$mtu" --default-network-opt=bridge=com.docker.network.driver.mtu="$mtu"`;
