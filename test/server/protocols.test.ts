import { describeServer } from './describe-server';
import { talkCoap, talkGrpc, talkLdap, talkSmtp } from './clients/protocols';

describeServer('smtp-server', 'smtp', talkSmtp, { scheme: 'smtp:' });
describeServer('gRPC', 'grpc', talkGrpc, { scheme: 'grpc:', request: /^POST \/echo\.Echo\/talk$/, reportsBusyPort: false });
describeServer('ldapjs', 'ldap', talkLdap, { scheme: 'ldap:' });
// CoAP shares its port (SO_REUSEADDR).
describeServer('coap', 'coap', talkCoap, { scheme: 'udp:', reportsBusyPort: false });
