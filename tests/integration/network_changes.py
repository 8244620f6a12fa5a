"""A change of the network is told to the programs that asked: in a network of its own, whose loopback interface goes up.
"NotifyIpInterfaceChange function"."""

import fcntl
import os
import socket
import struct
import subprocess
import sys

LSW, GUESTS = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
TEST = 'guest.iphlpapi.netioapi_notifications'
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def set_loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack('16sH22x', b'lo', 0)
        flags = struct.unpack('16sH22x', fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack('16sH22x', b'lo', flags | IFF_UP))


def inside(backend):
    program = os.path.join(GUESTS, TEST, 'netioapi_notifications.exe')
    with subprocess.Popen([LSW, 'exec', program, 'wait'], stdout=subprocess.PIPE, text=True,
                          env={**os.environ, 'LSW_IO': backend}) as guest:
        if guest.stdout.readline().strip() == 'ready':
            set_loopback_up()
        print(guest.stdout.read(), end='')
        return guest.wait(30)


ENTER = ['unshare', '-Urn']
if len(sys.argv) > 3:
    sys.exit(inside(sys.argv[3]))
if subprocess.run([*ENTER, 'true'], capture_output=True, check=False).returncode:
    print('not tested: no network namespaces for users here')
    sys.exit(0)
for each in ('uring', 'blocking'):
    done = subprocess.run([*ENTER, sys.executable, os.path.abspath(__file__), LSW, GUESTS, each], check=False, timeout=60)
    if done.returncode:
        sys.exit(f'failed with the backend {each}')
