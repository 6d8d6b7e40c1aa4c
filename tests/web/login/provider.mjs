// A certified OpenID provider (npm: oidc-provider) for one test run: who logs in is whoever the form names.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder, redirect] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(createRequire(folder + '/').resolve('oidc-provider')));

const server = createServer((request, response) => callback(request, response));
let callback;
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'selfbill', client_secret: 'provider-secret', redirect_uris: [redirect],
      response_types: ['code'], grant_types: ['authorization_code'], token_endpoint_auth_method: 'client_secret_post',
    }],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email'], groups: ['groups'] },
    scopes: ['openid', 'profile', 'email', 'groups'],
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    cookies: { keys: ['for this run only'] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id, name: `${id[0].toUpperCase()}${id.slice(1).split('+')[0]} Visser`, email: `${id.split('+')[0]}@bureau.example.org`,
        preferred_username: id, groups: id.split('+').slice(1),
      }),
    }),
  });
  callback = provider.callback();
  console.log(issuer);
});
