import { describeServer } from './describe-server';
import { talkHttp } from './clients/http';

describeServer('a server that listens already', 'adopted', talkHttp(), { takesPort: false });
describeServer('a server that is about to listen', 'about-to-listen', talkHttp(), { takesPort: false });
describeServer('an object that starts and stops', 'start-stop', talkHttp(), { takesPort: false });
describeServer('listen and close by promises', 'own-listen-promise', talkHttp());
describeServer('listen and close by callbacks', 'own-listen-callback', talkHttp());
describeServer('listen and close that return at once', 'own-listen-sync', talkHttp());
describeServer('a bundle', 'bundle', talkHttp(), { takesPath: true });
