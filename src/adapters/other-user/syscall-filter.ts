/** What differs between the machines we run on: the number the kernel knows it by, and those of its calls. */
interface Machine {
  readonly audit: number;
  readonly calls: Readonly<
    Record<'prctl' | 'socket' | 'clone' | 'clone3' | 'unshare' | 'setns' | 'ioUringSetup', number>
  >;
}

/** From the kernel's `audit.h` and its tables of system calls. */
const machines: Readonly<Record<string, Machine>> = {
  x64: {
    audit: 0xc000_003e,
    calls: { prctl: 157, socket: 41, clone: 56, clone3: 435, unshare: 272, setns: 308, ioUringSetup: 425 },
  },
  arm64: {
    audit: 0xc000_00b7,
    calls: { prctl: 167, socket: 198, clone: 220, clone3: 435, unshare: 97, setns: 268, ioUringSetup: 425 },
  },
};

/** One instruction of the kernel's packet filter: operation, how far to jump if so and if not, operand. */
type Instruction = readonly [operation: number, ifSo: number, ifNot: number, operand: number];

const load = (offset: number): Instruction => [0x20, 0, 0, offset];
const ifEqual = (value: number, ifSo: number, ifNot: number): Instruction => [0x15, ifSo, ifNot, value];
const ifAtLeast = (value: number, ifSo: number, ifNot: number): Instruction => [0x35, ifSo, ifNot, value];
const ifAny = (bits: number, ifSo: number, ifNot: number): Instruction => [0x45, ifSo, ifNot, bits];
const answer = (value: number): Instruction => [0x06, 0, 0, value];

const allow = answer(0x7fff_0000);
const refuse = (errno: number): Instruction => answer(0x0005_0000 + errno);
const [notPermitted, denied, notThere] = [refuse(1), refuse(13), refuse(38)];

/** Offsets in what the filter sees: number of the call, machine, lower halves of the first and the third argument. */
const [numberAt, machineAt, argumentAt, thirdAt] = [0, 4, 16, 32];

/** `CLONE_NEWNS` and its like: a namespace of one's own brings rights, and new ground to attack the kernel from. */
const newNamespaces = 0x7e02_0000;

const [netlink, ip4, ip6] = [16, 2, 10];

/** By default, TCP, UDP. The firewall knows a user by the file of a socket, and the flows of others, as MPTCP, may have none. */
const protocols = [0, 6, 17] as const;

/** IP, which is the firewall's business, and what tells of network interfaces. */
const onlyKnownSockets = (call: number): readonly Instruction[] => [
  ifEqual(call, 0, protocols.length + 7),
  load(argumentAt),
  ifEqual(netlink, protocols.length + 4, 0),
  ifEqual(ip4, 1, 0),
  ifEqual(ip6, 0, protocols.length + 1),
  load(thirdAt),
  ...protocols.map((protocol, n) => ifEqual(protocol, protocols.length - n, 0)),
  denied,
  allow,
];

const noNamespace = (call: number): readonly Instruction[] => [
  ifEqual(call, 0, 4),
  load(argumentAt),
  ifAny(newNamespaces, 0, 1),
  notPermitted,
  allow,
];

const never = (call: number, end: Instruction): readonly Instruction[] => [ifEqual(call, 0, 1), end];

/** Calls of another table than the machine's own, by which the numbers below would mean others. */
const onlyOwnTable = (audit: number): readonly Instruction[] => [
  load(machineAt),
  ifEqual(audit, 1, 0),
  notPermitted,
  load(numberAt),
  // The x32 calls of a 64-bit Intel machine.
  ifAtLeast(0x4000_0000, 0, 1),
  notPermitted,
];

/** `clone3` hides its flags from a filter, and libraries that do not find it use `clone`; io_uring opens sockets unseen. */
const programOf = ({ audit, calls }: Machine): readonly Instruction[] => [
  ...onlyOwnTable(audit),
  ...onlyKnownSockets(calls.socket),
  ...noNamespace(calls.clone),
  ...noNamespace(calls.unshare),
  ...never(calls.setns, notPermitted),
  ...never(calls.clone3, notThere),
  ...never(calls.ioUringSetup, notThere),
  allow,
];

const hexOf = (program: readonly Instruction[]): string => {
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([operation, ifSo, ifNot, operand], n) => {
    bytes.writeUInt16LE(operation, n * 8);
    bytes.writeUInt8(ifSo, n * 8 + 2);
    bytes.writeUInt8(ifNot, n * 8 + 3);
    bytes.writeUInt32LE(operand >>> 0, n * 8 + 4);
  });
  return bytes.toString('hex');
};

/** `prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ...)`, then the command. Perl calls the kernel by number. */
const script = `my $program = pack('H*', shift);
my $call = shift;
my $filter = pack('S x![P] P' . length($program), length($program) / 8, $program);
syscall($call, 22, 2, $filter) == 0 or die "no filter of system calls: $!\\n";
exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!\\n";`;

/**
 * What comes before a command to take from it, for good, what the firewall does not see: sockets of other kinds than
 * IP (also those open to every user, and those without a file) and namespaces of its own. Undefined for a machine whose
 * calls we do not know.
 */
export const filterCalls = (architecture: string = process.arch): readonly string[] | undefined => {
  const machine = machines[architecture];
  if (machine === undefined) return undefined;
  return ['perl', '-e', script, hexOf(programOf(machine)), `${machine.calls.prctl}`];
};
